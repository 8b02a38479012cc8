"""What can stop a write to a ticket, in words that a page can show."""

from django.utils.translation import gettext as _


class TicketError(Exception):
    """A write that the rules do not allow now. `str()` says what to do."""


class StaleTicket(TicketError):
    """Somebody else has changed the ticket since the form was drawn. Nothing was sent; both texts are kept."""

    def __init__(self) -> None:
        super().__init__(_("Something came in while you were writing. Read it, then send again."))


class ReasonNeeded(TicketError):
    """A missed clock has no reason yet (Rule S11)."""

    def __init__(self) -> None:
        super().__init__(
            _("A deadline of this ticket was missed. Give the reason before you close the ticket.")
        )


class WrongState(TicketError):
    """The ticket is not in a state in which this can be done."""


class TooLarge(TicketError):
    """An attachment above the limit of this installation."""
