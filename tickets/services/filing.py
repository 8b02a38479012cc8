"""Putting a conversation that took place elsewhere, such as a chat, on a ticket (rules I4, S5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.models.files import KeptFile
from accounts.services import audit_record
from tickets.models import Channel, Direction, Ticket, TicketState
from tickets.services.attachments import attachments_name
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.conversation import answer_locked, receive_locked


@dataclass(frozen=True, slots=True)
class Line:
    """One line of it. Those of ours with `channel` EMAIL have not reached the school: they are mailed.

    `files` are kept where the conversation took place; the ticket names the same bytes.
    """

    direction: Direction
    channel: Channel
    text: str
    at: datetime
    author: Person | None = None
    files: Sequence[KeptFile] = ()


@transaction.atomic
def conversation_file(*, ticket: Ticket, lines: Sequence[Line]) -> Ticket:
    """Add lines to a ticket in their order, each at the time at which it was said.

    The first line of ours ends the response clock at its own time (Rule S5); events never do. The caller sees to it
    that no line comes twice. Raises WrongState for a ticket that was closed long ago.
    """
    ticket = ticket_lock(ticket)
    for line in lines:
        at = max(line.at, ticket.logged_at)  # nothing was said on a ticket before there was one
        if line.author is None:
            event_add(ticket, line.text, at=at)
        elif line.direction == Direction.INCOMING:
            message = receive_locked(ticket, author=line.author, text=line.text, channel=line.channel, at=at)
            attachments_name(message=message, files=line.files)
        else:
            message = answer_locked(ticket, author=line.author, text=line.text, channel=line.channel, at=at)
            attachments_name(message=message, files=line.files)
            if ticket.state == TicketState.NEW:
                ticket.state = TicketState.OPEN
    ticket_save(ticket)
    audit_record(action="ticket.conversation_filed", target=ticket, changes={"lines": (0, len(lines))})
    return ticket
