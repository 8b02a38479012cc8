"""From a chat to a ticket: every line once, clocks at the times of the chat, by mail when the visitor is gone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from chat.models import Chat, ChatEnd, ChatMessage
from chat.services.base import chat_lock
from chat.services.call_backs import chat_call_back
from chat.services.conversation import LEFT_AFTER, chat_answer, chat_say, chat_seen, chat_take
from chat.services.ending import chat_end
from chat.services.transcript import chat_attach, chat_open_ticket, transcript_file
from delivery.models import OutboundMail
from delivery.sweeper import sweep
from sla.models import ClockState
from tests.cast import Cast
from tests.chat.conftest import MONDAY, Begin, key
from tickets.models import CallBack, Channel, Direction, Message, Ticket
from tickets.services.opening import ticket_open

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(cast: Cast, begin: Begin) -> Iterator[Chat]:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        yield chat


def fresh(chat: Chat) -> Chat:
    return Chat.objects.get(pk=chat.pk)


def talk(cast: Cast, chat: Chat, clock: time_machine.Traveller) -> None:
    """Tess takes it and answers five minutes in; Rita has read that and answers."""
    chat_take(chat=chat, person=cast.person("tess"))
    clock.shift(5 * MINUTE)
    chat_answer(chat=chat, author=cast.person("tess"), text="Is the cable in?", key=key())
    chat_seen(chat=fresh(chat), got=fresh(chat).last_seq)
    clock.shift(MINUTE)
    chat_say(chat=chat, text="Yes it is", key=key())


def said(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Message.objects.filter(ticket=ticket, direction__in=["in", "out"]).order_by("at", "id")
    return list(rows.values_list("direction", "text"))


WHOLE = [("in", "The projector is dark"), ("out", "Is the cable in?"), ("in", "Yes it is")]


@pytest.mark.rule("S5")
def test_a_ticket_has_the_transcript_and_its_clocks_the_times_of_the_chat(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    talk(cast, desk, clock)
    ticket = chat_open_ticket(chat=desk, subject="Projector")
    ticket.refresh_from_db()
    assert said(ticket) == WHOLE
    assert (ticket.channel, ticket.logged_at, ticket.assignee) == (Channel.CHAT, MONDAY, cast.person("tess"))
    assert ticket.response_clock is not None
    assert (ticket.response_clock.state, ticket.response_clock.ended_at) == (
        ClockState.MET,
        MONDAY + 5 * MINUTE,
    )
    assert Message.objects.get(ticket=ticket, is_first_response=True).channel == Channel.CHAT
    assert not OutboundMail.objects.exists(), "what was said in the chat is not mailed"


@pytest.mark.rule("S5")
def test_lines_that_nobody_wrote_end_no_clock(desk: Chat, cast: Cast) -> None:
    chat_take(chat=desk, person=cast.person("tess"))
    ticket = chat_open_ticket(chat=desk)
    ticket.refresh_from_db()
    assert ticket.response_clock is not None
    assert ticket.response_clock.state == ClockState.RUNNING


def test_what_is_said_after_the_ticket_follows_once(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    talk(cast, desk, clock)
    ticket = chat_open_ticket(chat=desk)
    assert chat_open_ticket(chat=desk) == ticket
    chat_say(chat=desk, text="Thank you", key=key())
    for _ in range(2):
        chat_end(chat=desk, by=ChatEnd.DESK)
    assert said(ticket) == [*WHOLE, ("in", "Thank you")]


def test_a_solved_chat_makes_no_ticket(desk: Chat, cast: Cast, clock: time_machine.Traveller) -> None:
    talk(cast, desk, clock)
    chat_end(chat=desk, by=ChatEnd.DESK)
    clock.shift(LEFT_AFTER)
    sweep(now=timezone.now(), queues=["chats"])
    assert fresh(desk).ticket is None


def test_a_chat_joins_a_ticket_of_its_own_school_only(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    talk(cast, desk, clock)

    def other(school: str, person: str) -> Ticket:
        return ticket_open(
            customer=cast.customer(school),
            requester=cast.person(person),
            subject="x",
            text="x",
            channel="phone",
        )

    with pytest.raises(ValidationError):
        chat_attach(chat=desk, ticket=other("hillside", "hugo"))
    ticket = other("oakfield", "rita")
    chat_attach(chat=desk, ticket=ticket)
    assert [line for line in said(ticket) if line != ("in", "x")] == WHOLE


@pytest.mark.rule("S9", "I3")
def test_who_leaves_unanswered_gets_a_request_with_its_promise(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    clock.shift(LEFT_AFTER - MINUTE)
    sweep(now=timezone.now(), queues=["chats"])
    assert fresh(desk).is_open
    clock.shift(MINUTE)
    sweep(now=timezone.now(), queues=["chats"])
    chat = fresh(desk)
    assert (chat.ended_by, chat.wake_at) == (ChatEnd.LEFT, None)
    assert chat.ticket is not None
    assert said(chat.ticket) == [("in", "The projector is dark")]
    mail = OutboundMail.objects.get()
    assert mail.recipients == ["rita@oakfield.example"]
    assert "Monday 23 November 2026 at 13:00" in mail.text


@pytest.mark.rule("S5")
def test_what_did_not_reach_the_visitor_is_mailed_once(
    desk: Chat, cast: Cast, clock: time_machine.Traveller
) -> None:
    talk(cast, desk, clock)
    for text in ("Then I will come at ten", "Is that fine?"):
        chat_answer(chat=desk, author=cast.person("tess"), text=text, key=key())
    clock.shift(LEFT_AFTER + MINUTE)
    for _ in range(2):
        sweep(now=timezone.now(), queues=["chats"])
    chat = fresh(desk)
    assert chat.ticket is not None
    assert said(chat.ticket) == [*WHOLE, ("out", "Then I will come at ten\n\nIs that fine?")]
    mail = OutboundMail.objects.get()
    assert "Then I will come at ten" in mail.text
    assert chat.filed_seq == chat.last_seq


def test_ending_unanswered_loses_no_question(desk: Chat) -> None:
    chat_end(chat=desk, by=ChatEnd.VISITOR)
    assert fresh(desk).ticket is not None


@pytest.mark.parametrize("carry_on", [True, False])
def test_a_visitor_who_was_answered_says_whether_it_goes_on(
    desk: Chat, cast: Cast, clock: time_machine.Traveller, carry_on: bool
) -> None:
    talk(cast, desk, clock)
    chat_end(chat=desk, by=ChatEnd.VISITOR, carry_on=carry_on)
    clock.shift(LEFT_AFTER)
    sweep(now=timezone.now(), queues=["chats"])
    found = fresh(desk).ticket
    assert (said(found) if found else None) == (WHOLE if carry_on else None)
    assert not OutboundMail.objects.exists()


@pytest.mark.rule("I5")
def test_a_call_back_is_agreed_on_the_chats_ticket(desk: Chat, cast: Cast) -> None:
    at = MONDAY + timedelta(hours=2)
    with pytest.raises(ValidationError):
        chat_call_back(chat=desk, phone="01632 960001", at=MONDAY)
    chat_call_back(chat=desk, phone="01632 960001", at=at)
    row = CallBack.objects.get()
    assert (row.ticket, row.person, row.agreed_at) == (fresh(desk).ticket, cast.person("rita"), at)
    assert ChatMessage.objects.filter(chat=desk, side="system", text__contains="01632 960001").exists()


# ---- Two at once, on connections that commit.


@pytest.fixture
def committed(transactional_db: None, cast: Cast, begin: Begin) -> Chat:
    return begin()


def both(work: Callable[[], object]) -> list[object]:
    def run() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(run), pool.submit(run)]]


@pytest.mark.parametrize("locked", [True, False])
def test_two_who_file_at_once_file_each_line_once_because_of_the_lock(
    committed: Chat, cast: Cast, locked: bool
) -> None:
    """The control without the lock shows that nothing else keeps the lines from coming twice."""
    with open_scope(cast.staff_scope(name="tess")):
        ticket = chat_open_ticket(chat=committed)
        chat_say(chat=committed, text="One more thing", key=key())
    meet = Barrier(2)
    scope = cast.staff_scope(name="tess")

    def work() -> None:
        with open_scope(scope):
            if locked:
                meet.wait(10)
                chat = chat_lock(committed)
            else:
                chat = Chat.objects.get(pk=committed.pk)
                meet.wait(10)
            transcript_file(chat, gone=False)
            chat.save()

    both(work)
    with open_scope(scope):
        copies = Message.objects.filter(ticket=ticket, direction=Direction.INCOMING, text="One more thing")
        assert copies.count() == (1 if locked else 2)
