"""What the ticket services share: the locked row, its version, the order of the queue, lines of the conversation."""

from datetime import datetime

from django.utils import timezone

from accounts.tenancy.scope import current_scope
from sla.models import Apart, Clock, ClockState
from sla.steps import WITHOUT_STEPS
from tickets.changes import journal_begin, journal_tell
from tickets.errors import StaleTicket
from tickets.live import tickets_news
from tickets.models import Channel, Direction, Message, Ticket


def ticket_lock(ticket: Ticket, *, expected_version: int | None = None) -> Ticket:
    """The ticket, locked until the end of the transaction and read afresh.

    Raises StaleTicket when `expected_version` is given and the ticket has moved on since.
    """
    fresh = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise StaleTicket
    journal_begin(fresh)
    return fresh


def tickets_lock(ticket: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """Both, in one order for everybody: two who act on the same two must not wait for one another."""
    rows = {one.pk: ticket_lock(one) for one in sorted((ticket, other), key=lambda one: one.pk)}
    return rows[ticket.pk], rows[other.pk]


def ticket_save(ticket: Ticket) -> None:
    """Store a locked ticket: one version on, its place in the queue brought up to date, others told."""
    ticket.version += 1
    take_place(ticket)
    ticket.save()
    journal_tell(ticket)
    tickets_news([ticket.pk])


def take_place(ticket: Ticket) -> None:
    """Work out the ticket's place in the queue, not stored yet: its next deadline, and from when that is soon."""
    ticket.next_due_at, ticket.next_warn_at = next_due(ticket), next_warn(ticket)


def next_due(ticket: Ticket) -> datetime | None:
    """The earlier deadline of the clocks that still run; None while nothing runs towards a limit (Rule S8)."""
    return min((clock.due_at for clock in _limited(ticket) if clock.due_at), default=None)


def next_warn(ticket: Ticket) -> datetime | None:
    """The earlier warning point of those clocks, told or not (Rule S11). A waiting clock does not warn."""
    running = [clock for clock in _limited(ticket) if clock.state == ClockState.RUNNING]
    return min((clock.warn_at for clock in running if clock.warn_at), default=None)


def _limited(ticket: Ticket) -> list[Clock]:
    return [clock for clock in open_clocks(ticket) if clock.apart not in WITHOUT_STEPS]


def event_add(
    ticket: Ticket, text: str, *, at: datetime | None = None, direction: str = Direction.EVENT
) -> Message:
    """A thin line in the conversation that says what happened. Staff and school see it, unless it is a note."""
    line = Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=direction,
        channel=Channel.PORTAL,
        author_id=current_scope().person_id,
        at=at or timezone.now(),
        text=text,
        is_automatic=current_scope().person_id is None,
    )
    tickets_news([ticket.pk])
    return line


def open_clocks(ticket: Ticket) -> list[Clock]:
    """The clocks of the ticket that have not ended."""
    return [
        clock for clock in (ticket.response_clock, ticket.fix_clock) if clock is not None and clock.is_open
    ]


def is_called_out(ticket: Ticket) -> bool:
    """Whether an engineer was called out for the ticket and its clocks are exempt for that (Rule S8)."""
    return any(clock.apart == Apart.CALLOUT for clock in (ticket.response_clock, ticket.fix_clock) if clock)
