"""What can stop a write to a chat, in words that a page can show."""

from django.utils.translation import gettext as _


class ChatError(Exception):
    """A write that the rules do not allow now. `str()` says what to do."""


class ChatClosed(ChatError):
    """Nobody can chat now: outside hours, nobody there, or not part of the package."""

    def __init__(self) -> None:
        super().__init__(
            _("Nobody is there to chat now. Send it as a request instead: nothing you wrote is lost.")
        )


class ChatEnded(ChatError):
    """The chat is over."""

    def __init__(self) -> None:
        super().__init__(_("This chat has ended."))


class ChatTaken(ChatError):
    """Somebody else was quicker, or has the chat."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s has this chat. Ask them to hand it over.") % {"name": name})


class ChatWrongState(ChatError):
    """The chat is not in a state in which this can be done."""


class TooMuch(ChatError):
    """More than a person would send in this time."""

    def __init__(self) -> None:
        super().__init__(_("That was a lot at once. Please wait a minute and try again."))
