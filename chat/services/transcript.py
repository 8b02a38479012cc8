"""From a chat to a ticket: the whole transcript, each line once (rules I4, S5)."""

from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from chat.errors import ChatWrongState
from chat.models import Chat, ChatMessage, Side
from chat.selectors import lines_of
from chat.services.base import chat_lock, event_line
from sla.models import ServiceLevel
from tickets.models import Category, Channel, Direction, Ticket
from tickets.references import ticket_reference
from tickets.services.filing import Line, conversation_file
from tickets.services.opening import ticket_open

SUBJECT_LENGTH = 120


@transaction.atomic
def chat_open_ticket(
    *,
    chat: Chat,
    subject: str = "",
    level: ServiceLevel | None = None,
    category: Category | None = None,
    acknowledge: bool = False,
) -> Ticket:
    """Open a ticket of the chat, with all that was said so far. A chat has one ticket: a second wish answers the first.

    Its clocks start when the visitor first wrote; what a person of the desk wrote is the first answer, when they
    wrote it (Rule S5). Owned by who has the chat.
    """
    chat = chat_lock(chat)
    if chat.ticket is not None:
        return chat.ticket
    first = ChatMessage.objects.get(chat=chat, seq=1)
    ticket = ticket_open(
        customer=chat.customer,
        requester=chat.person,
        subject=subject.strip() or first.text[:SUBJECT_LENGTH],
        text=first.text,
        channel=Channel.CHAT,
        level=level,
        category=category,
        logged_at=first.at,
        assignee=chat.assignee,
        acknowledge=acknowledge,
    )
    chat.filed_seq = first.seq
    return _join(chat, ticket)


@transaction.atomic
def chat_attach(*, chat: Chat, ticket: Ticket) -> Ticket:
    """Put the chat on a ticket of the same school. Raises ValidationError, and ChatWrongState for a second."""
    chat = chat_lock(chat)
    if ticket.customer_id != chat.customer_id:
        raise ValidationError({"ticket": _("This ticket belongs to another school.")})
    if chat.ticket is not None:
        if chat.ticket_id == ticket.pk:
            return ticket
        raise ChatWrongState(_("The chat has a ticket already."))
    return _join(chat, ticket)


def _join(chat: Chat, ticket: Ticket) -> Ticket:
    chat.ticket = ticket
    reference = ticket_reference(current_provider(), ticket.number)
    event_line(chat, _("Kept as request %(reference)s.") % {"reference": reference}, timezone.now())
    transcript_file(chat, gone=False)
    chat.save()
    audit_record(action="chat.ticket", target=chat, changes={"ticket": ("", reference)})
    return ticket


def transcript_file(chat: Chat, *, gone: bool) -> None:
    """Put what is not there yet on the ticket of a locked chat, which the caller stores.

    Our messages that have not reached the visitor wait while they may still arrive; once the visitor is `gone`, they
    are mailed in their place. The lock and `filed_seq` see to it that each line comes once.
    """
    if chat.ticket is None:
        return
    rows = list(lines_of(chat, after=chat.filed_seq))
    if not gone:
        waits = next((at for at, row in enumerate(rows) if is_undelivered(chat, row)), len(rows))
        rows = rows[:waits]
    if not rows:
        return
    conversation_file(ticket=chat.ticket, lines=_lines(chat, rows, timezone.now()))
    chat.filed_seq = rows[-1].seq


def is_undelivered(chat: Chat, message: ChatMessage) -> bool:
    """Whether this is a message of ours that has not been on the visitor's screen."""
    return message.side == Side.DESK and message.seq > chat.got_seq


def undelivered_from(chat: Chat) -> bool:
    """Whether any message of ours has not been on the visitor's screen."""
    return ChatMessage.objects.filter(chat=chat, side=Side.DESK, seq__gt=chat.got_seq).exists()


def _lines(chat: Chat, rows: list[ChatMessage], now: datetime) -> list[Line]:
    """The messages as lines of a ticket. What one person wrote to nobody in a row goes in one mail."""
    lines: list[Line] = []
    mailed_to: Person | None = None
    for row in rows:
        is_mail = is_undelivered(chat, row)
        if is_mail and mailed_to is not None and mailed_to == row.author:
            last = lines[-1]
            files = [*last.files, *row.files.all()]
            lines[-1] = replace(last, text=f"{last.text}\n\n{_said(row)}", files=files)
            continue
        mailed_to = row.author if is_mail else None
        direction = {
            Side.VISITOR: Direction.INCOMING,
            Side.DESK: Direction.OUTGOING,
            Side.SYSTEM: Direction.EVENT,
        }[Side(row.side)]
        channel = Channel.EMAIL if is_mail else Channel.CHAT
        at = now if is_mail else row.at
        lines.append(Line(direction, channel, _said(row), at, row.author, list(row.files.all())))
    return lines


def _said(row: ChatMessage) -> str:
    """The words of a message; of one without words, which files it is."""
    names = ", ".join(file.name for file in row.files.all())
    return row.text or _("Sent: %(names)s") % {"names": names}
