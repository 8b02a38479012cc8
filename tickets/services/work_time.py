"""How long people worked on a ticket: noted by whoever worked, and taken away by them or a lead."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from tickets.errors import WrongState
from tickets.models import Ticket, WorkTime


@transaction.atomic
def work_time_note(*, ticket: Ticket, by: Person, minutes: int, note: str = "") -> WorkTime:
    """Note that somebody has just worked so many minutes on a ticket. The school does not see it."""
    row = WorkTime(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person=by,
        minutes=minutes,
        ended_at=timezone.now(),
        note=note,
    )
    row.full_clean(exclude=["customer", "provider", "ticket", "person"])
    row.save()
    audit_record(action="ticket.work_noted", target=ticket, changes={"minutes": (None, minutes)})
    return row


@transaction.atomic
def work_time_remove(*, row: WorkTime, by: Person, may_correct: bool) -> None:
    """Take an entry away. Raises WrongState for somebody else's, unless `may_correct`."""
    if row.person_id != by.pk and not may_correct:
        raise WrongState(_("Only %(name)s or a lead can take this away.") % {"name": row.person.name})
    audit_record(action="ticket.work_removed", target=row.ticket, changes={"minutes": (row.minutes, None)})
    row.delete()
