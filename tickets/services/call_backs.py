"""Times at which we agreed to telephone somebody (Rule I5)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from delivery.due import Moment
from delivery.services import notification_add
from tickets.mailing import clock_time
from tickets.models import CallBack, Ticket

REMIND_BEFORE = timedelta(minutes=10)


@transaction.atomic
def call_back_agree(*, ticket: Ticket, person: Person, phone: str, at: datetime) -> CallBack:
    """Promise a call; the technician is reminded shortly before it."""
    call_back = CallBack.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person=person,
        technician_id=current_scope().person_id,
        phone=phone,
        agreed_at=at,
        wake_at=at - REMIND_BEFORE,
    )
    audit_record(action="call_back.agreed", target=ticket)
    return call_back


@transaction.atomic
def call_back_done(*, call_back: CallBack) -> None:
    """The call was made."""
    call_back.done_at, call_back.wake_at = timezone.now(), None
    call_back.save()
    audit_record(action="call_back.done", target=call_back.ticket)


def call_back_remind(call_back: CallBack, moment: Moment) -> None:
    """The sweeper's work: tell the technician, or the ticket's owner, that a call is due."""
    call_back.wake_at = None
    call_back.save()
    ticket = call_back.ticket
    here = [one for one in (call_back.technician, ticket.assignee) if one is not None and one.is_active]
    if not here or call_back.done_at is not None:
        return
    provider = current_provider()
    notification_add(
        person_id=here[0].pk,
        key=f"call-back:{call_back.pk}",
        summary=_("Call %(name)s back at %(time)s about ticket %(number)s")
        % {"name": call_back.person.name, "time": clock_time(call_back.agreed_at), "number": ticket.number},
        path=ticket.desk_path(provider.slug),
        customer_id=ticket.customer_id,
        is_late=moment.now > call_back.agreed_at,
    )
