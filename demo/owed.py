"""For the demo: what is owed on open tickets, an owner or news. What has fallen due was told of. No mail is sent."""

from collections.abc import Iterable
from datetime import datetime

from demo.records import TicketRecord
from tickets.models import OPEN_STATES, EscalationStage, Ticket, TicketTimer, TimerKind
from tickets.services.timers import timers_begin


def owed_add(open_now: Iterable[TicketRecord], *, now: datetime) -> None:
    """Add it, inside the provider's open scope."""
    records = {one.id: one for one in open_now}
    tickets = Ticket.objects.filter(pk__in=records, state__in=OPEN_STATES).order_by("pk")
    timers_begin(TimerKind.OWNER, [(one, one.logged_at) for one in tickets if one.assignee_id is None])
    timers_begin(
        TimerKind.UPDATE,
        [
            (one, _last_heard(records[one.pk]))
            for one in tickets
            if one.escalation_level >= EscalationStage.MANAGERS
        ],
    )
    TicketTimer.objects.filter(due_at__lte=now).update(rung=1, wake_at=None)


def _last_heard(record: TicketRecord) -> datetime:
    """When the school last heard of its escalated ticket: that it was passed up, or our answer after that."""
    passed_up = [one.at for one in record.escalations]
    said = [one.at for one in record.messages if one.direction == "outgoing" and not one.is_automatic]
    return max([*passed_up, *said], default=record.logged_at)
