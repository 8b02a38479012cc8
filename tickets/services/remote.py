"""Remote support for a ticket: counted for fair use, never refused (Rule P5)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from tickets.errors import WrongState
from tickets.models import Direction, Ticket
from tickets.references import ticket_reference
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.work_time import work_time_note
from visits.models import RemoteSession
from visits.services import remote_session_record


@transaction.atomic
def ticket_remote_session(*, ticket: Ticket, by: Person, minutes: int, note: str = "") -> RemoteSession:
    """Record a remote session that has just ended after so many minutes, which are time worked on the ticket too.

    Staff see it in the conversation.

    Raises ValidationError by field, WrongState for a ticket without a contract.
    """
    if ticket.contract is None:
        raise WrongState(_("The school has no contract for that day, so nothing is counted."))
    reference = ticket_reference(current_provider(), ticket.number)
    # The contract before the ticket, as everything that changes allowances locks them.
    session = remote_session_record(
        contract=ticket.contract,
        started_at=timezone.now() - timedelta(minutes=minutes),
        minutes=minutes,
        by=by,
        note=f"{reference}: {note}".strip(": ")[:300],
    )
    ticket = ticket_lock(ticket)
    words = _("Remote session, %(minutes)d minutes. %(note)s") % {"minutes": minutes, "note": note}
    event_add(ticket, words.strip(), direction=Direction.NOTE)
    ticket_save(ticket)
    work_time_note(ticket=ticket, by=by, minutes=minutes, note=note)
    audit_record(action="ticket.remote_session", target=ticket, changes={"minutes": (None, minutes)})
    return session
