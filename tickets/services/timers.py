"""What is owed on a ticket by a time: an owner, and news of an escalated one; told once each time (rules E1, S14).

Timers follow the ticket: they begin, move and end in the transaction of the change itself, under the ticket's lock. The
sweeper locks a timer and never a ticket, so neither waits for the other's second lock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.tenancy.memory import remembered
from delivery.due import Moment
from sla.desk_time import desk_time_later
from sla.steps import LATE_AFTER
from sla.working_time import NeverOpens
from tickets.changes import Happened, Standing, TicketEvent
from tickets.clock_words import clock_time
from tickets.models import (
    OPEN_STATES,
    AttentionPolicy,
    Direction,
    Escalation,
    EscalationStage,
    Message,
    Ticket,
    TicketTimer,
    TimerKind,
)
from tickets.services.escalation import leads_of, people_of_stage
from tickets.services.telling import ticket_tell

_FROM_THE_START = ["since", "due_at", "wake_at", "rung", "failures", "last_failure", "dead_at"]


def attention_policy() -> AttentionPolicy:
    """What the provider of the scope allows; the defaults where it has said nothing."""
    return remembered(
        "tickets.attention_policy", lambda: AttentionPolicy.objects.first() or AttentionPolicy()
    )


def timers_follow(events: Sequence[TicketEvent]) -> None:
    """Begin, move and end what is owed, as the tickets have changed."""
    opened = [event.ticket for event in events if event.kind == Happened.OPENED]
    timers_begin(TimerKind.OWNER, [(one, one.logged_at) for one in opened if _owes_owner(one)])
    for event in events:
        if event.kind == Happened.SAID and event.message is not None:
            _said(event.ticket, event.message)
        elif event.kind == Happened.CHANGED and event.before is not None:
            _owner_changed(event.ticket, event.before, event.at)
            _stage_changed(event.ticket, event.before, event.at)


def timers_begin(kind: TimerKind, owed: Sequence[tuple[Ticket, datetime]]) -> None:
    """What is owed on each ticket, from an instant on; what was owed of that kind before is over."""
    timers = []
    for ticket, since in owed:
        due = _due(kind, ticket, since)
        if due is None:
            TicketTimer.objects.filter(ticket=ticket, kind=kind).delete()
            continue
        timers.append(
            TicketTimer(
                customer_id=ticket.customer_id,
                ticket=ticket,
                kind=kind,
                since=since,
                due_at=due,
                wake_at=due,
            )
        )
    if timers:
        TicketTimer.objects.bulk_create(
            timers, update_conflicts=True, unique_fields=["ticket", "kind"], update_fields=_FROM_THE_START
        )


def timer_ring(timer: TicketTimer, moment: Moment) -> None:
    """The sweeper's work: tell who is to see to it. News that are owed are told of twice, then to senior management."""
    ticket, kind = timer.ticket, TimerKind(timer.kind)
    first = timer.due_at or _due(kind, ticket, timer.since)
    is_owed = _owes_owner(ticket) if kind == TimerKind.OWNER else _stage_owing(ticket) > 0
    if first is None or not is_owed:
        timer.delete()
        return
    if timer.due_at is None:  # begun without a look at the calendar
        timer.due_at = timer.wake_at = first
        timer.save()
        return
    second = _due(kind, ticket, first) if kind == TimerKind.UPDATE else None
    due = second if timer.rung and second else first
    is_late = moment.now - due > LATE_AFTER
    if kind == TimerKind.OWNER:
        _tell_no_owner(timer, is_late)
    else:
        _tell_update_due(timer, is_late)
    timer.rung += 1
    timer.wake_at = second if timer.rung == 1 else None
    timer.save()


def _tell_no_owner(timer: TicketTimer, is_late: bool) -> None:
    ticket = timer.ticket
    ticket_tell(
        ticket=ticket,
        person_ids=leads_of(ticket),
        key=_key(timer),
        summary=_("Nobody owns ticket %(number)s of %(school)s")
        % {"number": ticket.number, "school": ticket.customer.name},
        detail=ticket.subject,
        is_late=is_late,
        tail="?do=assign#assign",
    )


def _tell_update_due(timer: TicketTimer, is_late: bool) -> None:
    ticket = timer.ticket
    again = timer.rung > 0
    words = (
        _("Still no update on escalated ticket %(number)s: %(school)s has heard nothing since %(since)s")
        if again
        else _("Update due on escalated ticket %(number)s: %(school)s has heard nothing since %(since)s")
    )
    ticket_tell(
        ticket=ticket,
        person_ids=people_of_stage(
            ticket, EscalationStage.SENIOR_MANAGEMENT if again else EscalationStage.MANAGERS
        ),
        key=_key(timer),
        summary=words
        % {
            "number": ticket.number,
            "school": ticket.customer.name,
            "since": clock_time(timer.since),
        },
        detail=ticket.subject,
        is_late=is_late,
        tail="#composer",
    )


def _key(timer: TicketTimer) -> str:
    """One for each time that something falls due: a timer that was moved falls due anew."""
    return f"owed:{timer.pk}:{timer.since.timestamp():.6f}:{timer.rung}"


def _said(ticket: Ticket, message: Message) -> None:
    """Our own words to the school are the update that was owed; senior management is told of it."""
    if message.direction != Direction.OUTGOING or message.is_automatic or not _stage_owing(ticket):
        return
    later = TicketTimer.objects.filter(ticket=ticket, kind=TimerKind.UPDATE, since__gte=message.at)
    if later.exists():  # a call of before, written down now
        return
    timers_begin(TimerKind.UPDATE, [(ticket, message.at)])
    ticket_tell(
        ticket=ticket,
        person_ids=people_of_stage(ticket, EscalationStage.SENIOR_MANAGEMENT),
        key=f"update-given:{message.pk}",
        summary=_("%(school)s had an update on escalated ticket %(number)s")
        % {"school": ticket.customer.name, "number": ticket.number},
        detail=ticket.subject,
        tail=f"#message-{message.pk}",
    )


def _owner_changed(ticket: Ticket, before: Standing, at: datetime) -> None:
    if _owes_owner(before) == _owes_owner(ticket):
        return
    if _owes_owner(ticket):
        timers_begin(TimerKind.OWNER, [(ticket, at)])
    else:
        _end(ticket, TimerKind.OWNER)


def _stage_changed(ticket: Ticket, before: Standing, at: datetime) -> None:
    if _stage_owing(before) == _stage_owing(ticket):
        return
    if not _stage_owing(ticket):
        _end(ticket, TimerKind.UPDATE)
        return
    if before.escalation_level != ticket.escalation_level:  # the school was told of the step itself
        step = Escalation.objects.filter(ticket=ticket).last()
        at = step.at if step else at
    timers_begin(TimerKind.UPDATE, [(ticket, at)])


def _end(ticket: Ticket, kind: TimerKind) -> None:
    TicketTimer.objects.filter(ticket=ticket, kind=kind).delete()


def _owes_owner(one: Ticket | Standing) -> bool:
    """Whether somebody should own it: not while it waits for the school's approval, which is not open."""
    return one.state in OPEN_STATES and one.assignee_id is None


def _stage_owing(one: Ticket | Standing) -> int:
    """The stage from which the school is owed news; 0 where it is not."""
    is_owed = one.state in OPEN_STATES and one.escalation_level >= EscalationStage.MANAGERS
    return one.escalation_level if is_owed else 0


def _due(kind: TimerKind, ticket: Ticket, since: datetime) -> datetime | None:
    """When what is owed since an instant falls due. None where it is not watched, or the desk never opens again."""
    policy = attention_policy()
    if kind == TimerKind.OWNER:
        within = timedelta(minutes=policy.owner_within) if policy.owner_within else None
    else:
        senior = ticket.escalation_level >= EscalationStage.SENIOR_MANAGEMENT
        hours = policy.update_every_senior if senior else policy.update_every
        within = timedelta(hours=hours) if hours else None
    if within is None:
        return None
    try:
        return desk_time_later(since, within)
    except NeverOpens:
        return None
