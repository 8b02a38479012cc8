"""The conversation: what the school writes, what we answer, and notes among ourselves (Rule S5)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from sla.services.clocks import clock_resume, clock_stop
from tickets import mailing
from tickets.changes import journal_say
from tickets.errors import WrongState
from tickets.mail_kinds import REPLY
from tickets.mentions import mentioned
from tickets.models import Channel, ClosedAs, Direction, InboundMail, Message, Ticket, TicketState
from tickets.services.attachments import UploadedPart, attachments_add
from tickets.services.base import ticket_lock, ticket_save
from tickets.services.reopening import declined_words, merged_words, reopen_locked, was_declined
from tickets.services.telling import ticket_tell
from tickets.services.watching import news_pass_on

# A reply to a ticket closed longer ago than this opens a new one: it is a new problem, and old figures stay at rest.
REPLIES_JOIN_CLOSED_FOR = timedelta(days=28)

# What reached the school as it was said: it is recorded, not mailed.
SAID = frozenset({Channel.PHONE, Channel.CHAT})


def takes_replies(ticket: Ticket, at: datetime) -> bool:
    """Whether a message of the school still joins this ticket."""
    if ticket.closed_at is None:
        return True
    if ticket.closed_as == ClosedAs.MERGED:
        return False
    return at - ticket.closed_at <= REPLIES_JOIN_CLOSED_FOR and not was_declined(ticket)


def replies_check(ticket: Ticket, at: datetime) -> None:
    """Raise WrongState, with what to do instead, where the school can no longer add to a ticket or reopen it."""
    if not takes_replies(ticket, at):
        raise WrongState(closed_for_good(ticket))


def closed_for_good(ticket: Ticket) -> str:
    """What the school is told then."""
    if was_declined(ticket):
        return declined_words()
    if ticket.closed_as == ClosedAs.MERGED:
        return merged_words(ticket)
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
    had: Collection[str] = (),
) -> Message:
    """A message from the school. It ends our waiting for the school, and reopens a fixed or closed ticket.

    Those who follow the ticket are told, but for `had`: addresses (lower case) that the message itself was sent to.
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
    news_pass_on(ticket=ticket, message=message, had=had, by_mail=inbound is not None)
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
    journal_say(ticket, message)
    if ticket.state == TicketState.WAITING_CUSTOMER:
        ticket.state = TicketState.OPEN
        if ticket.fix_clock is not None:
            clock_resume(clock=ticket.fix_clock, at=at)
            ticket.fix_clock.refresh_from_db()
    elif ticket.has_ended:
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
) -> Message:
    """A person of the desk answers the school: the first answer ends the response clock (Rule S5).

    With `channel` PHONE the text is the record of a call and nothing is mailed, as with CHAT. Raises TooLarge.
    """
    at = at or timezone.now()
    ticket = ticket_lock(ticket)
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
    """A note that only the provider's staff can read. It is no answer to the school (Rule S5).

    Colleagues whom it names, as in '@Theo', are told.
    """
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
    _tell_mentioned(ticket, message, author)
    return message


def answer_locked(
    ticket: Ticket,
    *,
    author: Person,
    text: str,
    channel: str,
    at: datetime,
    attachments: Sequence[UploadedPart] = (),
    kind: str = REPLY,
) -> Message:
    """Add our message to a locked ticket, end the response clock with it, and mail it unless it was said already.

    `kind` of mail: REPLY, FIXED or CLOSED. Raises WrongState for a ticket that is dealt with in another.
    """
    if ticket.closed_as == ClosedAs.MERGED:
        raise WrongState(merged_words(ticket))
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
    journal_say(ticket, message)
    attachments_add(message=message, parts=attachments)
    if is_first and ticket.response_clock is not None:
        ticket.response_clock = clock_stop(clock=ticket.response_clock, at=at, cause=_("First answer"))
    ticket.last_message_at, ticket.last_message_is_ours = at, True
    if channel not in SAID:
        provider = current_provider()
        mailing.send_reply(provider=provider, ticket=ticket, message=message, kind=kind)
    if channel != Channel.CHAT:  # who follows was not on the telephone
        news_pass_on(ticket=ticket, message=message, kind=kind)
    return message


def _tell_mentioned(ticket: Ticket, note: Message, author: Person) -> None:
    if "@" not in note.text:
        return
    colleagues = Person.objects.filter(is_staff=True, is_active=True).exclude(pk=author.pk)
    ticket_tell(
        ticket=ticket,
        person_ids=mentioned(note.text, dict(colleagues.values_list("pk", "name"))),
        key=f"mention:{note.pk}",
        summary=_("%(name)s names you in a note on ticket %(number)s")
        % {"name": author.name, "number": ticket.number},
        tail=f"#message-{note.pk}",
    )


def _tell_assignee(ticket: Ticket, message: Message) -> None:
    if ticket.assignee_id is None:
        return
    ticket_tell(
        ticket=ticket,
        person_ids=[ticket.assignee_id],
        key=f"message:{message.pk}",
        summary=_("%(name)s wrote on ticket %(number)s")
        % {"name": message.author.name if message.author else "", "number": ticket.number},
    )
