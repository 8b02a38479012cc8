"""What open pages of the desk hear, and what they are told when they ask."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.live import publish
from sla import calendars
from tests.cast import Cast
from tests.tickets.test_confidential_tickets import SUBJECT, private
from tests.tickets.test_opening import open_one
from tests.tickets.test_presence import come
from tickets.models import Channel, Ticket
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.work import ticket_assign, ticket_wait

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y9")]
SignIn = Callable[[str], Client]
Heard = list[dict[str, object]]
Commits = Callable[..., AbstractContextManager[object]]
MONDAY = "2026-11-23T09:00:00Z"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope(name="lena")):
        return open_one(cast)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Everything that goes over the wire, as it goes. What follows a commit here is not remembered of calendars:
    the test is cleared away behind the back of this process.
    """
    monkeypatch.setattr(calendars, "_version_ids", type(calendars._version_ids)(4096))
    told: Heard = []
    monkeypatch.setattr(publish, "publish", lambda name, words: told.append(json.loads(words)))
    return told


def test_whatever_is_done_to_a_ticket_is_heard_after_the_commit_without_a_word(
    cast: Cast, ticket: Ticket, heard: Heard, django_capture_on_commit_callbacks: Commits
) -> None:
    acts: list[Callable[[], object]] = [
        lambda: open_one(cast, subject="Another"),
        lambda: note_add(ticket=ticket, author=cast.person("theo"), text="Secret words"),
        lambda: ticket_reply(ticket=ticket, author=cast.person("theo"), text="Secret words"),
        lambda: message_receive(
            ticket=ticket, author=cast.person("rita"), text="Secret words", channel=Channel.EMAIL
        ),
        lambda: ticket_assign(ticket=ticket, assignee=cast.person("theo")),
        lambda: ticket_wait(ticket=ticket, waiting_for="customer", reason="Secret words"),
        lambda: come(cast, "theo", ticket, is_replying=True),
    ]
    queue = f"queue:{cast.provider_id('alder')}"
    for act in acts:
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True), open_scope(cast.staff_scope(name="lena")):
            act()
            assert heard == []
        assert queue in [topic for one in heard for topic in one["to"]]  # type: ignore[attr-defined]
        for one in heard:
            event = one["event"]
            assert event in (
                {"type": "tickets"},
                {"type": "presence"},
                {"type": "presence", "ticket": ticket.pk},
            )
            assert all(re.fullmatch(r"(queue|ticket):\d+", topic) for topic in one["to"])  # type: ignore[attr-defined]


def test_what_is_rolled_back_is_heard_by_nobody(
    cast: Cast, ticket: Ticket, heard: Heard, django_capture_on_commit_callbacks: Commits
) -> None:
    def fail() -> None:
        with transaction.atomic():
            note_add(ticket=ticket, author=cast.person("theo"), text="Never")
            raise ZeroDivisionError

    with (
        django_capture_on_commit_callbacks(execute=True),
        open_scope(cast.staff_scope(name="lena")),
        pytest.raises(ZeroDivisionError),
    ):
        fail()
    assert heard == []


@pytest.mark.rule("T6")
def test_a_queue_hears_no_id_of_a_confidential_ticket(
    cast: Cast, heard: Heard, django_capture_on_commit_callbacks: Commits
) -> None:
    with django_capture_on_commit_callbacks(execute=True), open_scope(cast.staff_scope(name="tess")):
        ticket = private(cast)
        note_add(ticket=ticket, author=cast.person("tess"), text="Secret words")
        come(cast, "tess", ticket)
    events = [one["event"] for one in heard if f"queue:{ticket.provider_id}" in one["to"]]  # type: ignore[operator]
    assert {"type": "presence", "ticket": 0} in events
    assert all(event in ({"type": "tickets"}, {"type": "presence", "ticket": 0}) for event in events)


def _states(client: Client, query: str = "") -> dict[str, str]:
    page = client.get(f"/alder/desk/queue/{query}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'data-live="/live/?key=' in page
    return dict(re.findall(r'data-ticket="(\d+)" data-state="([^"]+)"', page))


def test_the_state_of_a_row_changes_with_its_ticket_and_with_nothing_else(
    cast: Cast, ticket: Ticket, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    client = signed_in("tess")
    with open_scope(cast.staff_scope(name="lena")):
        other = open_one(cast, subject="Another")
    before = _states(client)
    assert set(before) == {str(ticket.pk), str(other.pk)}
    assert _states(client) == before
    with open_scope(cast.staff_scope(name="lena")):
        note_add(ticket=ticket, author=cast.person("theo"), text="News")
    after = _states(client)
    assert after[str(ticket.pk)] != before[str(ticket.pk)]
    assert after[str(other.pk)] == before[str(other.pk)]
    clock.shift(4 * 60 * 60)  # no longer due soon or in good time, but missed
    assert "missed" in _states(client)[str(other.pk)] or before[str(other.pk)].count("missed")


@pytest.mark.rule("T6", "T1")
def test_a_queue_that_asks_is_told_of_its_readers_tickets_alone(
    cast: Cast, ticket: Ticket, signed_in: SignIn
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        hidden = private(cast)
    assert str(hidden.pk) in _states(signed_in("theo"))
    assert set(_states(signed_in("cass"))) == {str(ticket.pk)}
    page = signed_in("cass").get("/alder/desk/queue/", headers={"HX-Request": "true"}).content.decode()
    assert SUBJECT not in page
    assert signed_in("bill").get("/alder/desk/queue/").status_code == 404


def test_a_page_that_comes_back_is_told_what_it_missed_and_not_of_its_readers_own_work(
    cast: Cast, ticket: Ticket, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    """Nothing is asked of the stream: however long it was broken, the page says what it shows and hears the rest."""
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    shown = re.search(r'data-page="([^"]+)" data-seen="([^"]+)"', tess.get(path).content.decode())
    assert shown is not None
    ask = {"page": shown[1], "seen": shown[2]}

    def told() -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", tess.post(f"{path}news/", ask).content.decode()).split())

    with open_scope(cast.staff_scope(name="tess")):
        note_add(ticket=ticket, author=cast.person("tess"), text="My own, in another window")
    assert told() == ""
    with open_scope(cast.staff_scope(name="theo")):
        ticket_reply(ticket=ticket, author=cast.person("theo"), text="Secret words")
    assert told() == "Theo replied just now Show"
    clock.shift(600)
    with open_scope(cast.scope("rita")):
        message_receive(ticket=ticket, author=cast.person("rita"), text="Thanks", channel=Channel.PORTAL)
    assert told() == "Rita wrote just now and 1 more Show"
    clock.shift(600)
    assert re.fullmatch(r"Rita wrote, .*09:10.* and 1 more Show", told())
