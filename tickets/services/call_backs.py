"""Times at which we agreed to telephone somebody: agreed, moved, made (Rule I5)."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.scope import current_scope
from delivery.due import Moment
from tickets.clock_words import clock_time
from tickets.models import CallBack, CallOutcome, Direction, Ticket
from tickets.services.base import event_add
from tickets.services.telling import ticket_tell

REMIND_BEFORE = timedelta(minutes=10)
WITHIN = timedelta(days=366)
PHONE_LENGTH = 40
A_TIME_TO_COME = gettext_lazy("Choose a time to come, within a year.")


def can_be_agreed(at: datetime) -> bool:
    """Whether the instant is to come, and within a year."""
    now = timezone.now()
    return now < at < now + WITHIN


@transaction.atomic
def call_back_agree(*, ticket: Ticket, person: Person, phone: str, at: datetime) -> CallBack:
    """Promise a call at an instant; the technician is reminded shortly before it.

    Raises ValidationError for a time that is past or further than a year, and for no number or one that is too long.
    """
    _time_check(at)
    phone = phone.strip()
    if not phone or len(phone) > PHONE_LENGTH:
        raise ValidationError({"phone": _("Which number shall we call?")})
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
def call_back_move(*, call_back: CallBack, at: datetime) -> CallBack:
    """Another time was agreed: it is reminded of anew, and the old time stays in the ticket as a note.

    Raises ValidationError for a time as above, and for a call that was made already.
    """
    _time_check(at)
    call_back = _open_one(call_back)
    old, call_back.agreed_at, call_back.wake_at = call_back.agreed_at, at, at - REMIND_BEFORE
    call_back.save()
    words = _("The call-back to %(name)s was moved from %(old)s to %(new)s.") % {
        "name": call_back.person.name,
        "old": clock_time(old),
        "new": clock_time(at),
    }
    event_add(call_back.ticket, words, direction=Direction.NOTE)
    audit_record(
        action="call_back.moved",
        target=call_back.ticket,
        changes={"agreed_at": (old.isoformat(), at.isoformat())},
    )
    return call_back


@transaction.atomic
def call_back_done(
    *, call_back: CallBack, outcome: str, note: str = "", again_at: datetime | None = None
) -> CallBack | None:
    """The call was made, or is not needed. A note for staff says what became of it; the next call where one was agreed.

    What the school was told is no part of it: that is an answer on the ticket, and ends its reply clock (Rule S5).
    Raises ValidationError as above; `again_at` for a next call though it is fixed that none is needed.
    """
    call_back = _open_one(call_back)
    if again_at is not None and outcome == CallOutcome.NOT_NEEDED:
        raise ValidationError({"again_at": _("No call is needed any more: leave this empty.")})
    call_back.outcome, call_back.done_at, call_back.wake_at = CallOutcome(outcome), timezone.now(), None
    call_back.save()
    words = _("Call-back to %(name)s: %(outcome)s.") % {
        "name": call_back.person.name,
        "outcome": call_back.get_outcome_display(),
    }
    event_add(call_back.ticket, f"{words} {note.strip()}".strip(), direction=Direction.NOTE)
    audit_record(action="call_back.done", target=call_back.ticket)
    if again_at is None:
        return None
    _time_check(again_at, field="again_at")
    return call_back_agree(
        ticket=call_back.ticket, person=call_back.person, phone=call_back.phone, at=again_at
    )


def call_back_remind(call_back: CallBack, moment: Moment) -> None:
    """The sweeper's work: tell the technician, or the ticket's owner, that a call is due. Once for each agreed time."""
    call_back.wake_at = None
    call_back.save()
    ticket = call_back.ticket
    here = [one for one in (call_back.technician, ticket.assignee) if one is not None and one.is_active]
    if not here or call_back.done_at is not None:
        return
    ticket_tell(
        ticket=ticket,
        person_ids=[here[0].pk],
        key=f"call-back:{call_back.pk}:{call_back.agreed_at:%Y%m%d%H%M}",
        summary=_("Call %(name)s back at %(time)s about ticket %(number)s")
        % {"name": call_back.person.name, "time": clock_time(call_back.agreed_at), "number": ticket.number},
        tail="?do=called#call-back",
        is_late=moment.now > call_back.agreed_at,
    )


def _time_check(at: datetime, *, field: str = "at") -> None:
    if not can_be_agreed(at):
        raise ValidationError({field: A_TIME_TO_COME})


def _open_one(call_back: CallBack) -> CallBack:
    """The row, locked, as long as nobody else has called."""
    rows = CallBack.objects.select_related("ticket", "person").select_for_update(of=("self",))
    found = rows.filter(pk=call_back.pk, done_at__isnull=True).first()
    if found is None:
        raise ValidationError(_("This call was made already, or is not needed any more."))
    return found
