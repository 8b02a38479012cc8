"""The one error that the embedded servers raise."""


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot run; the message says why and what to do."""
