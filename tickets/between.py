"""What came in between: from the state that a page showed of a ticket to the state it is in now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Person
from tickets.models import Direction, Message, Ticket
from tickets.selectors import conversation_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed of a ticket: the id of its newest message (notes and events too), and the owner's; 0: none.

    State and level need no place of their own: each change of them is an event of the conversation.
    """

    message_id: int
    owner_id: int

    def __str__(self) -> str:
        """As a form carries it."""
        return f"{self.message_id}.{self.owner_id}"


@dataclass(frozen=True, slots=True)
class Between:
    """What others did meanwhile: their messages, notes and events, and in words who owns the ticket since."""

    messages: list[Message] = field(default_factory=list)
    owner: str = ""

    def __bool__(self) -> bool:
        return bool(self.messages or self.owner)


@dataclass(frozen=True, slots=True)
class News:
    """What came in between, in a line: the last thing that was said, or else done, and how many more there are."""

    words: str
    newest: int
    at: datetime | None = None
    more: int = 0


def news_of(between: Between) -> News | None:
    """The line; None where nothing came in between."""
    if not between:
        return None
    newest = max((one.pk for one in between.messages), default=0)
    if not between.messages:
        return News(between.owner, newest)
    said = [one for one in between.messages if one.direction != Direction.EVENT]
    last = (said or between.messages)[-1]
    return News(_words_of(last), newest, last.at, len(between.messages) - 1)


def _words_of(message: Message) -> str:
    words = {
        Direction.INCOMING: _("%(who)s wrote"),
        Direction.OUTGOING: _("%(who)s replied"),
        Direction.NOTE: _("%(who)s added a note"),
    }.get(Direction(message.direction), _("%(who)s changed the ticket"))
    return words % {"who": message.author.name if message.author else _("The desk")}


def seen_of(ticket: Ticket, conversation: Iterable[Message]) -> Seen:
    """What somebody sees who is shown the ticket with this conversation."""
    return Seen(max((one.pk for one in conversation), default=0), ticket.assignee_id or 0)


def seen_read(text: str) -> Seen | None:
    """The state that a form carries; None for a form that carries none, or a damaged one."""
    message_id, dot, owner_id = text.partition(".")
    if not (dot and message_id.isdecimal() and owner_id.isdecimal() and len(text) < 40):
        return None
    return Seen(int(message_id), int(owner_id))


def came_between(ticket: Ticket, seen: Seen, person_id: int | None) -> Between:
    """What others than this person did to the ticket since; one's own work in another window stops nobody.

    A colleague's note counts: whoever reads 'I have just called them' does not send the letter.
    """
    mine = Q(author_id=person_id) if person_id else Q(pk__in=[])
    later = conversation_of(ticket, for_staff=True).filter(pk__gt=seen.message_id).exclude(mine)
    return Between(list(later), _owner_since(ticket, seen, person_id))


def _owner_since(ticket: Ticket, seen: Seen, person_id: int | None) -> str:
    if (ticket.assignee_id or 0) == seen.owner_id:
        return ""
    last = AuditEntry.objects.filter(
        action="ticket.assigned", object_type=ticket._meta.label_lower, object_id=ticket.pk
    ).select_related("actor")
    entry = last.first()
    if entry is not None and entry.actor_id is not None and entry.actor_id == person_id:
        return ""
    names = Person.objects.in_bulk([key for key in (seen.owner_id, ticket.assignee_id) if key])
    now, before = names.get(ticket.assignee_id or 0), names.get(seen.owner_id)
    who = entry.actor.name if entry and entry.actor else _("The desk")
    return _("%(who)s changed the owner from %(before)s to %(now)s.") % {
        "who": who,
        "before": before or _("nobody"),
        "now": now or _("nobody"),
    }
