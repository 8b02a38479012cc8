"""Who else is on a ticket: signs that end by themselves, seen by nobody whom the ticket does not concern."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import Scope, open_scope
from delivery.live import server
from delivery.live.server import ask_server
from tests.cast import Cast
from tests.tickets.test_confidential_tickets import private
from tests.tickets.test_opening import open_one
from tickets import presence
from tickets.models import Ticket
from tickets.presence import OPEN_SECONDS, REPLYING_SECONDS, presence_end, presence_of, presence_sign
from tickets.services.confidential import reader_add, reader_end

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y9")]
SignIn = Callable[[str], Client]
PATIENCE = 20.0


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    """Monday morning, and nobody anywhere: the server outlives the tests."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False) as traveller:
        with open_scope(cast.staff_scope()):
            name = presence._name()
        ask_server(lambda found: int(found.delete(name)), 0)
        yield traveller


@pytest.fixture
def ticket(cast: Cast, clock: time_machine.Traveller) -> Ticket:
    with open_scope(cast.staff_scope()):
        return open_one(cast)


def come(
    cast: Cast, name: str, ticket: Ticket, *, page: UUID | None = None, is_replying: bool = False
) -> None:
    presence_sign(ticket=ticket, person=cast.person(name), page=page or uuid4(), is_replying=is_replying)


def words(cast: Cast, name: str, ticket: Ticket) -> str:
    """What somebody is told of the others."""
    with open_scope(cast.staff_scope(name=name)):
        found = presence_of([ticket], cast.person(name)).get(ticket.pk)
        return found.words if found else ""


def test_a_sign_is_seen_by_the_others_and_ends_by_itself(
    cast: Cast, ticket: Ticket, clock: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope()):
        come(cast, "tess", ticket, is_replying=True)
        come(cast, "theo", ticket)
    assert words(cast, "lena", ticket) == "Tess is replying. Theo is looking."
    assert words(cast, "tess", ticket) == "Theo is looking."
    clock.shift(REPLYING_SECONDS + 1)
    assert words(cast, "lena", ticket) == "Tess and Theo are looking."
    clock.shift(OPEN_SECONDS - REPLYING_SECONDS)
    assert words(cast, "lena", ticket) == ""


def test_who_closes_one_window_is_still_in_the_other(cast: Cast, ticket: Ticket) -> None:
    one, other = uuid4(), uuid4()
    with open_scope(cast.staff_scope()):
        tess = cast.person("tess")
        for page in (one, other):
            come(cast, "tess", ticket, page=page)
        presence_end(ticket=ticket, person=tess, page=one)
        assert words(cast, "theo", ticket) == "Tess is looking."
        presence_end(ticket=ticket, person=tess, page=other)
        assert words(cast, "theo", ticket) == ""


def test_another_provider_sees_nobody(cast: Cast, ticket: Ticket) -> None:
    with open_scope(cast.staff_scope()):
        come(cast, "tess", ticket)
    with open_scope(Scope(provider_id=cast.provider_id("birch"))):
        assert presence.tickets_with_signs() == set()


@pytest.mark.rule("T6")
def test_readers_alone_see_and_appear_on_a_confidential_ticket(
    cast: Cast, clock: object, signed_in: SignIn
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = private(cast)
        reader_add(ticket=ticket, person=cast.person("lena"), reason="She leads the team")
    news = f"/alder/desk/tickets/{ticket.number}/news/"
    assert signed_in("cass").post(news, {"page": uuid4()}).status_code == 404
    for name in ("tess", "lena"):
        assert signed_in(name).post(news, {"page": uuid4()}).status_code == 200
    signs = "/alder/desk/queue/presence/"
    assert signed_in("cass").get(signs).json() == {"signs": {}}
    assert "Lena and Tess are looking." in signed_in("theo").get(signs).json()["signs"][str(ticket.pk)]
    with open_scope(cast.staff_scope(name="tess")):
        reader_end(ticket=ticket, person=cast.person("lena"))
    assert words(cast, "theo", ticket) == "Tess is looking."  # at once, although Lena's sign has not ended
    assert signed_in("lena").get(signs).json() == {"signs": {}}


@pytest.mark.parametrize(("name", "status"), [("rita", 403), ("ian", 403), ("bill", 404)])
def test_portal_and_other_providers_have_no_business_here(
    cast: Cast, ticket: Ticket, signed_in: SignIn, name: str, status: int
) -> None:
    with open_scope(cast.staff_scope()):
        come(cast, "tess", ticket)
    client = signed_in(name)
    assert client.post(f"/alder/desk/tickets/{ticket.number}/news/", {"page": uuid4()}).status_code == status
    assert client.get("/alder/desk/queue/presence/").status_code == status
    assert words(cast, "theo", ticket) == "Tess is looking."


def test_pages_say_it_without_script_and_within_their_queries(
    cast: Cast, ticket: Ticket, signed_in: SignIn, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    theo, tess, path = signed_in("theo"), signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    for page in (path, "/alder/desk/queue/"):
        tess.get(page)  # the process's caches are warm afterwards
    theo.get(path)
    with at_most(15):
        assert "Theo is looking." in tess.get(path).content.decode()
    with at_most(10):
        assert "Theo is looking." in tess.get("/alder/desk/queue/").content.decode()


def test_a_lost_server_stops_no_page(
    ticket: Ticket, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise OSError

    monkeypatch.setattr(server, "_client", lost)
    monkeypatch.setattr(server, "_quiet_until", 0.0)
    path = f"/alder/desk/tickets/{ticket.number}/"
    assert signed_in("tess").get(path).status_code == 200
    assert signed_in("tess").post(f"{path}news/", {"page": uuid4()}).status_code == 200
    assert signed_in("tess").get("/alder/desk/queue/").status_code == 200


def _at_once(sign: Callable[[str], None]) -> None:
    """Tess and Theo, each in a thread of their own, in the scope that is open here."""
    contexts = {name: copy_context() for name in ("tess", "theo")}
    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(context.run, sign, name) for name, context in contexts.items()]
        for end in ends:
            end.result(PATIENCE)


def test_two_who_come_at_the_same_moment_do_not_lose_each_other(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "presence_news", lambda ticket: None)
    both = Barrier(2, timeout=PATIENCE)
    with open_scope(cast.staff_scope()):
        people = {name: cast.person(name) for name in ("tess", "theo")}

        def sign(name: str) -> None:
            both.wait()
            presence_sign(ticket=ticket, person=people[name], page=uuid4())

        _at_once(sign)
    assert words(cast, "lena", ticket) == "Tess and Theo are looking."


def test_control_one_entry_that_is_read_and_written_loses_one_of_them(cast: Cast) -> None:
    """What a list in the cache would do: why each sign is a member of one set."""
    both, entry = Barrier(2, timeout=PATIENCE), f"control.{uuid4().hex}"

    def sign(who: str) -> None:
        there: Any = ask_server(lambda found: found.get(entry), None) or b""
        both.wait()
        ask_server(lambda found: found.set(entry, f"{there.decode()} {who}", ex=5), None)

    _at_once(sign)
    left: Any = ask_server(lambda found: found.get(entry), None)
    assert len(left.split()) == 1
