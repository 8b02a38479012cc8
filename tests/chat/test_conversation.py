"""Starting, writing, taking and ending: what each state allows, and that nothing happens twice."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.tenancy.scope import open_scope
from chat.errors import ChatEnded, ChatError, ChatTaken, ChatWrongState
from chat.models import Chat, ChatEnd, ChatMessage, ChatState
from chat.services.conversation import LONGEST, chat_answer, chat_hand_over, chat_say, chat_seen, chat_take
from chat.services.ending import chat_end
from tests.cast import Cast
from tests.chat.conftest import Begin, key

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4")]


@pytest.fixture
def desk(cast: Cast, begin: Begin) -> Iterator[Chat]:
    """Rita's waiting chat, in the staff's scope."""
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        yield chat


def fresh(chat: Chat) -> Chat:
    return Chat.objects.get(pk=chat.pk)


def texts(chat: Chat) -> list[str]:
    return list(ChatMessage.objects.filter(chat=chat).exclude(side="system").values_list("text", flat=True))


def test_a_chat_begins_with_its_first_message(desk: Chat) -> None:
    assert (desk.state, desk.last_seq, desk.unanswered) == (ChatState.WAITING, 1, 1)
    first = ChatMessage.objects.get(chat=desk)
    assert (first.seq, first.side, first.at) == (1, "visitor", desk.started_at)


def test_who_chats_already_goes_on_in_that_chat(begin: Begin, cast: Cast) -> None:
    once = key()
    first, again, more = begin(once=once), begin(once=once), begin("And the sound is gone")
    assert first.pk == again.pk == more.pk
    with open_scope(cast.staff_scope()):
        assert texts(first) == ["The projector is dark", "And the sound is gone"]


def test_a_post_sent_a_hundred_times_is_one_message(desk: Chat) -> None:
    once = key()
    sent = {chat_say(chat=desk, text="Hello?", key=once).pk for _ in range(100)}
    assert len(sent) == 1
    assert ChatMessage.objects.filter(chat=desk, client_key=once).count() == 1
    assert fresh(desk).last_seq == 2


def test_sequence_numbers_run_without_gaps(desk: Chat, cast: Cast) -> None:
    tess = cast.person("tess")
    chat_take(chat=desk, person=tess)
    for text in ("one", "two"):
        chat_say(chat=desk, text=text, key=key())
        chat_answer(chat=desk, author=tess, text=text.upper(), key=key())
    found = ChatMessage.objects.filter(chat=desk).order_by("seq").values_list("seq", flat=True)
    assert list(found) == list(range(1, fresh(desk).last_seq + 1))


@pytest.mark.parametrize(
    ("text", "once", "field"),
    [("  ", "", "text"), ("x" * (LONGEST + 1), "", "text"), ("Hello", "no key", "key")],
)
def test_a_wrong_message_is_refused_by_field(desk: Chat, text: str, once: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        chat_say(chat=desk, text=text, key=once or key())
    assert set(refused.value.message_dict) == {field}
    assert fresh(desk).last_seq == 1


Act = Callable[[Cast, Chat], object]
ACTS: dict[str, Act] = {
    "say": lambda cast, chat: chat_say(chat=chat, text="x", key=key()),
    "answer": lambda cast, chat: chat_answer(chat=chat, author=cast.person("tess"), text="x", key=key()),
    "take": lambda cast, chat: chat_take(chat=chat, person=cast.person("tess")),
    "take theo": lambda cast, chat: chat_take(chat=chat, person=cast.person("theo")),
    "to theo": lambda cast, chat: chat_hand_over(chat=chat, to=cast.person("theo")),
    "back": lambda cast, chat: chat_hand_over(chat=chat, to=None),
    "end": lambda cast, chat: chat_end(chat=chat, by=ChatEnd.DESK),
}
# Each state by how it is reached, and what becomes of it by each act: the next state and owner, or the refusal.
TABLE: list[tuple[str, str, str | type[ChatError]]] = [
    ("", "say", "waiting"),
    ("", "answer", ChatWrongState),
    ("", "take", "active Tess"),
    ("", "to theo", "active Theo"),
    ("", "back", "waiting"),
    ("", "end", "ended"),
    ("take", "say", "active Tess"),
    ("take", "answer", "active Tess"),
    ("take", "take", "active Tess"),
    ("take", "take theo", ChatTaken),
    ("take", "to theo", "active Theo"),
    ("take", "back", "waiting"),
    ("take", "end", "ended Tess"),
    ("take theo", "answer", ChatTaken),
    ("end", "say", ChatEnded),
    ("end", "answer", ChatEnded),
    ("end", "take", ChatEnded),
    ("end", "to theo", ChatEnded),
    ("end", "back", ChatEnded),
    ("end", "end", "ended"),
]


@pytest.mark.parametrize(("before", "act", "expected"), TABLE)
def test_what_each_state_allows(
    desk: Chat, cast: Cast, before: str, act: str, expected: str | type[ChatError]
) -> None:
    if before:
        ACTS[before](cast, desk)
    if not isinstance(expected, str):
        with pytest.raises(expected):
            ACTS[act](cast, desk)
        return
    ACTS[act](cast, desk)
    now = fresh(desk)
    assert f"{now.state} {now.assignee or ''}".strip() == expected


@pytest.mark.rule("S5")
def test_taking_a_chat_is_no_answer_and_a_message_is(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    tess = cast.person("tess")
    chat_take(chat=desk, person=tess)
    assert fresh(desk).answered_at is None
    clock.shift(timedelta(minutes=4))
    message = chat_answer(chat=desk, author=tess, text="I will have a look", key=key())
    assert (fresh(desk).answered_at, fresh(desk).unanswered) == (message.at, 0)


def test_what_the_page_shows_is_known_and_never_less_or_more(desk: Chat) -> None:
    for got, known in ((1, 1), (0, 1), (99, 1)):
        chat_seen(chat=fresh(desk), got=got)
        assert fresh(desk).got_seq == known
