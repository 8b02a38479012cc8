"""The conversation: what the school writes, what we answer, and notes among ourselves (Rule S5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from delivery.services import notification_add
from sla.services.clocks import clock_resume, clock_stop
from tickets import mailing
from tickets.errors import WrongState
from tickets.models import Channel, Direction, InboundMail, Message, Ticket, TicketState
from tickets.services.attachments import UploadedPart, attachments_add
from tickets.services.base import ticket_lock, ticket_save
from tickets.services.reopening import reopen_locked

# A reply to a ticket closed longer ago than this opens a new one: it is a new problem, and old figures stay at rest.
REPLIES_JOIN_CLOSED_FOR = timedelta(days=28)

# What reached the school as it was said: it is recorded, not mailed.
SAID = frozenset({Channel.PHONE, Channel.CHAT})


def takes_replies(ticket: Ticket, at: datetime) -> bool:
    """Whether a message of the school still joins this ticket."""
    return ticket.closed_at is None or at - ticket.closed_at <= REPLIES_JOIN_CLOSED_FOR


def replies_check(ticket: Ticket, at: datetime) -> None:
    """Raise WrongState, with what to do instead, where the school can no longer add to a ticket or reopen it."""
    if not takes_replies(ticket, at):
        raise WrongState(closed_long_ago())


def closed_long_ago() -> str:
    """What the school is told then."""
    return _("This request was closed more than %(days)d days ago: please open a new one.") % {
        "days": REPLIES_JOIN_CLOSED_FOR.days
    }


@transaction.atomic
def message_receive(
    *,
    ticket: Ticket,
    author: Person,
    text: str,
    channel: str,
    html: str = "",
    quoted_text: str = "",
    at: datetime | None = None,
    inbound: InboundMail | None = None,
    message_id: str = "",
    attachments: Sequence[UploadedPart] = (),
) -> Message:
    """A message from the school. It ends our waiting for the school, and reopens a fixed or closed ticket.

    Raises TooLarge, and WrongState for a ticket that was closed long ago.
    """
    at = at or timezone.now()
    ticket = ticket_lock(ticket)
    message = receive_locked(
        ticket,
        author=author,
        text=text,
        channel=channel,
        at=at,
        quoted_text=quoted_text,
        html=html,
        inbound=inbound,
        message_id=message_id,
    )
    attachments_add(message=message, parts=attachments)
    ticket_save(ticket)
    _tell_assignee(ticket, message)
    return message


def receive_locked(
    ticket: Ticket, *, author: Person, text: str, channel: str, at: datetime, **details: Any
) -> Message:
    """Add a message of the school to a locked ticket, which the caller stores. Raises WrongState as above."""
    replies_check(ticket, at)
    message = Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.INCOMING,
        channel=channel,
        author=author,
        at=at,
        text=text,
        **details,
    )
    if ticket.state == TicketState.WAITING_CUSTOMER:
        ticket.state = TicketState.OPEN
        if ticket.fix_clock is not None:
            clock_resume(clock=ticket.fix_clock, at=at)
            ticket.fix_clock.refresh_from_db()
    elif not ticket.is_open:
        reopen_locked(ticket, reason=_("%(name)s wrote again.") % {"name": author.name}, at=at)
    ticket.last_message_at, ticket.last_message_is_ours = at, False
    return message


@transaction.atomic
def ticket_reply(
    *,
    ticket: Ticket,
    author: Person,
    text: str,
    channel: str = Channel.EMAIL,
    at: datetime | None = None,
    attachments: Sequence[UploadedPart] = (),
    expected_version: int | None = None,
) -> Message:
    """A person of the desk answers the school: the first answer ends the response clock (Rule S5).

    With `channel` PHONE the text is the record of a call and nothing is mailed, as with CHAT. Raises StaleTicket,
    TooLarge.
    """
    at = at or timezone.now()
    ticket = ticket_lock(ticket, expected_version=expected_version)
    message = answer_locked(ticket, author=author, text=text, channel=channel, at=at, attachments=attachments)
    if ticket.state == TicketState.NEW:
        ticket.state = TicketState.OPEN
    ticket_save(ticket)
    audit_record(action="ticket.answered", target=ticket)
    return message


@transaction.atomic
def note_add(
    *, ticket: Ticket, author: Person, text: str, attachments: Sequence[UploadedPart] = ()
) -> Message:
    """A note that only the provider's staff can read. It is no answer to the school (Rule S5)."""
    ticket = ticket_lock(ticket)
    message = Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.NOTE,
        channel=Channel.PORTAL,
        author=author,
        at=timezone.now(),
        text=text,
    )
    attachments_add(message=message, parts=attachments)
    ticket_save(ticket)
    return message


def answer_locked(
    ticket: Ticket,
    *,
    author: Person,
    text: str,
    channel: str,
    at: datetime,
    attachments: Sequence[UploadedPart] = (),
) -> Message:
    """Add our message to a locked ticket, end the response clock with it, and mail it unless it was said already."""
    is_first = ticket.response_clock is not None and ticket.response_clock.is_open
    message = Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.OUTGOING,
        channel=channel,
        author=author,
        at=at,
        text=text,
        is_first_response=is_first,
    )
    attachments_add(message=message, parts=attachments)
    if is_first and ticket.response_clock is not None:
        ticket.response_clock = clock_stop(clock=ticket.response_clock, at=at, cause=_("First answer"))
    ticket.last_message_at, ticket.last_message_is_ours = at, True
    if channel not in SAID:
        provider = current_provider()
        mailing.send_reply(provider=provider, ticket=ticket, message=message)
    return message


def _tell_assignee(ticket: Ticket, message: Message) -> None:
    if ticket.assignee_id is None:
        return
    provider = current_provider()
    notification_add(
        person_id=ticket.assignee_id,
        key=f"message:{message.pk}",
        summary=_("%(name)s wrote on ticket %(number)s")
        % {"name": message.author.name if message.author else "", "number": ticket.number},
        path=ticket.desk_path(provider.slug),
        customer_id=ticket.customer_id,
    )
