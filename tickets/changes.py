"""What the apps above do when something has happened on a ticket: a registry that they fill in their `apps.py`.

A locked ticket keeps a journal: how it stood, and what has been said to or by the school since. `ticket_save` tells
what has come of it, in the transaction of the change and after the ticket is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tickets.models import Direction, Message, Ticket, TicketState

PUBLIC = frozenset({Direction.INCOMING, Direction.OUTGOING})  # never a note among ourselves


class Happened(StrEnum):
    """What can happen. A ticket that is fixed or closed has CHANGED as well."""

    OPENED = "opened"
    SAID = "said"
    CHANGED = "changed"
    FIXED = "fixed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a ticket is followed."""

    state: str
    level_id: int
    assignee_id: int | None
    escalation_level: int


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One thing that has happened, at an aware instant. `before` with CHANGED, `message` with SAID."""

    kind: Happened
    ticket: Ticket
    at: datetime
    message: Message | None = None
    before: Standing | None = None


@dataclass(slots=True)
class Journal:
    """What has happened to a locked ticket since it was last stored."""

    before: Standing
    said: list[Message] = field(default_factory=list)


TicketHandler = Callable[[Sequence[TicketEvent]], None]
_handlers: list[TicketHandler] = []


def on_ticket_events(handler: TicketHandler) -> TicketHandler:
    """Call `handler` with what has happened on tickets, in the transaction of the change."""
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def tell_tickets(events: Sequence[TicketEvent]) -> None:
    """Tell the layers above."""
    if events:
        for handler in _handlers:
            handler(events)


def journal_begin(ticket: Ticket) -> None:
    """Note how the ticket stands."""
    ticket.journal = Journal(_standing(ticket))


def journal_say(ticket: Ticket, message: Message) -> None:
    """Note what the school has written to us, or we to the school."""
    if message.direction in PUBLIC and ticket.journal is not None:
        ticket.journal.said.append(message)


def journal_tell(ticket: Ticket) -> None:
    """Tell what has happened to a ticket that was stored just now, and begin anew."""
    if ticket.journal is None:
        return
    events = _events(ticket, ticket.journal)
    journal_begin(ticket)
    tell_tickets(events)


def _events(ticket: Ticket, journal: Journal) -> list[TicketEvent]:
    found = [TicketEvent(Happened.SAID, ticket, one.at, message=one) for one in journal.said]
    before = journal.before
    if before != _standing(ticket):
        found.append(TicketEvent(Happened.CHANGED, ticket, ticket.updated_at, before=before))
    if ticket.state != before.state:
        if ticket.state == TicketState.FIXED:
            found.append(TicketEvent(Happened.FIXED, ticket, ticket.fixed_at or ticket.updated_at))
        if ticket.state == TicketState.CLOSED:
            found.append(TicketEvent(Happened.CLOSED, ticket, ticket.closed_at or ticket.updated_at))
    return found


def _standing(ticket: Ticket) -> Standing:
    return Standing(ticket.state, ticket.level_id, ticket.assignee_id, ticket.escalation_level)
