"""No write against an older state: who wrote without having seen what others did meanwhile is stopped first."""

from django.db import transaction

from accounts.tenancy.scope import current_scope
from tickets.between import Seen, came_between
from tickets.errors import StaleTicket
from tickets.models import Ticket
from tickets.services.base import ticket_lock


@transaction.atomic
def ticket_seen_check(*, ticket: Ticket, seen: Seen | None) -> None:
    """Lock the ticket, so that the write that follows in this transaction builds on what was seen.

    Raises StaleTicket where somebody else did something since. None: the writer was shown nothing, as with the API.
    """
    fresh = ticket_lock(ticket)
    if seen is not None and came_between(fresh, seen, current_scope().person_id):
        raise StaleTicket
