"""Reads of chats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from chat.models import Chat, ChatFile, ChatMessage, ChatState
from tickets.models import OPEN_STATES, Ticket

ENDED_SHOWN_FOR = timedelta(hours=8)
MOST_SHOWN = 200


def chats_with_people() -> QuerySet[Chat]:
    return Chat.objects.select_related("customer", "person", "assignee", "ticket")


def own_chats(person: Person) -> QuerySet[Chat]:
    """The chats of somebody of a school. Nobody else of the school sees them, its leads neither: the second wall."""
    return chats_with_people().filter(person=person)


def chats_of_today(now: datetime) -> QuerySet[Chat]:
    """Those that go on, the oldest first, and those that ended within the last hours, the latest first."""
    recent = Q(state=ChatState.ENDED, ended_at__gt=now - ENDED_SHOWN_FOR)
    rows = chats_with_people().filter(~Q(state=ChatState.ENDED) | recent)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "started_at", "id")[:MOST_SHOWN]


def lines_of(chat: Chat, *, after: int = 0) -> QuerySet[ChatMessage]:
    """The messages of a chat behind a sequence number, in order, with their authors and files."""
    rows = ChatMessage.objects.filter(chat=chat, seq__gt=after).select_related("author").order_by("seq")
    return rows.prefetch_related("files")


def file_of(chat: Chat, pk: int) -> ChatFile | None:
    """A file of this chat and of no other."""
    return ChatFile.objects.filter(message__chat=chat, pk=pk).first()


def tickets_to_join(chat: Chat) -> QuerySet[Ticket]:
    """The visitor's open tickets, to which the chat may belong."""
    return Ticket.objects.filter(
        customer_id=chat.customer_id, requester_id=chat.person_id, state__in=OPEN_STATES
    ).order_by("-id")


@dataclass(frozen=True, slots=True)
class DeskList:
    """The chats beside a technician's page, and how many wait for somebody, or for this person's answer."""

    waiting: list[Chat]
    own: list[Chat]
    others: list[Chat]
    ended: list[Chat]

    @property
    def count(self) -> int:
        return len(self.waiting) + sum(chat.unanswered > 0 for chat in self.own)


def desk_list(person: Any) -> DeskList:
    """The list for one technician, in one query."""
    found = DeskList([], [], [], [])
    for chat in chats_of_today(timezone.now()):
        if chat.state == ChatState.ENDED:
            found.ended.append(chat)
        elif chat.state == ChatState.WAITING:
            found.waiting.append(chat)
        else:
            (found.own if chat.assignee_id == person.pk else found.others).append(chat)
    return found
