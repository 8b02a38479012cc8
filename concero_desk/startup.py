"""What every process of ours does first: start or join the embedded servers, where no real ones are set."""

from django.conf import settings

from concero_desk.embedded import postgres, valkey


def start_servers() -> None:
    """Hold the embedded servers until this process ends. Raises EmbeddedServerError when one cannot start."""
    if settings.EMBEDDED_DATABASE:
        postgres.ensure_running()
    if settings.EMBEDDED_QUEUE:
        valkey.ensure_running()
