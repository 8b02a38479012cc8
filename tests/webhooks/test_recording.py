"""What is written down for whom: with the event or not at all, never a note, never another tenant's."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from api.resources.ticket_shapes import TicketShape
from delivery.sweeper import sweep
from quotes.models import USUAL_VAT
from quotes.services import Line as PricedLine
from quotes.services import quote_accept, quote_send, quote_write
from sla.models import Clock, ServiceLevel
from tests.api.conftest import Api, token_for
from tests.cast import Cast
from tests.webhooks.conftest import Kept, Open, Register
from tickets.changes import Happened, TicketEvent
from tickets.models import Channel, Direction
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.filing import Line, conversation_file
from tickets.services.quotes import ticket_quote_ask
from tickets.services.work import ticket_assign, ticket_change_level, ticket_close, ticket_fix, ticket_reopen
from webhooks.events import EventType
from webhooks.models import Delivery, Endpoint, EndpointState
from webhooks.services.endpoints import endpoint_switch
from webhooks.services.recording import tickets_told

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]
URL = "https://hooks.example.org/in"


def bodies(kept: Kept, **where: Any) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in kept(**where)]


def types(kept: Kept) -> list[str]:
    return [one.event for one in kept()]


@pytest.mark.rule("S14")
def test_an_event_that_is_rolled_back_leaves_nothing(register: Register, opened: Open, kept: Kept) -> None:
    register(URL)
    with transaction.atomic():
        opened()
        assert kept()
        transaction.set_rollback(True)
    assert not kept()
    opened()
    [one] = kept()
    assert (one.event, one.about, one.attempts) == ("ticket.opened", one.about, [])
    assert one.wake_at is not None


def test_the_life_of_a_ticket_event_by_event(
    cast: Cast, register: Register, opened: Open, kept: Kept
) -> None:
    register(URL)
    ticket = opened()
    with open_scope(cast.staff_scope(name="tess")):
        tess, lena = cast.person("tess"), cast.person("lena")
        ticket_assign(ticket=ticket, assignee=tess)
        ticket_assign(ticket=ticket, assignee=tess)  # nothing changes
        note_add(ticket=ticket, author=lena, text="The head is difficult")
        ticket_reply(ticket=ticket, author=tess, text="On it")
        ticket_change_level(ticket=ticket, level=ServiceLevel.objects.get(key="high"), reason="A whole class")
        ticket_fix(ticket=ticket, author=tess, text="Done")
    with open_scope(cast.scope("rita")):
        message_receive(ticket=ticket, author=cast.person("rita"), text="Still", channel=Channel.PORTAL)
    with open_scope(cast.staff_scope(name="tess")):
        ticket_fix(ticket=ticket, author=tess, text="Now", channel=Channel.PHONE)
        ticket_close(ticket=ticket)
        ticket_reopen(ticket=ticket, reason="Again")
    said, changed, fixed = "ticket.message_added", "ticket.changed", "ticket.fixed"
    assert types(kept) == [
        "ticket.opened",
        changed,  # the owner
        *[said, changed],  # the answer, which sets it going
        changed,  # the level
        *[said, changed, fixed],
        *[said, changed],  # the school writes again, which reopens it
        *[said, changed, fixed],
        *[changed, "ticket.closed"],
        changed,
    ]
    found = bodies(kept)
    assert found[1]["data"]["previous"] == {"assignee": None}
    assert found[1]["data"]["ticket"]["assignee"] == {"id": tess.pk}
    assert found[3]["data"]["previous"] == {"state": "new"}
    assert found[4]["data"]["previous"]["level"]["key"] != "high"
    assert found[7]["data"]["ticket"]["state"] == "fixed"
    assert found[8]["data"]["message"]["direction"] == "in"
    everything = json.dumps(found, ensure_ascii=False)
    for word in ("difficult", "hunter2", "Jamie", "On it", "Rita", "Tess", "A whole class"):
        assert word not in everything, word
    versions = [one["data"]["ticket"]["version"] for one in found]
    assert versions == sorted(versions)


def test_words_go_along_only_where_the_endpoint_was_given_them(
    cast: Cast, register: Register, opened: Open, kept: Kept
) -> None:
    plain, wordy = register(URL)[0], register(URL, with_words=True)[0]
    ticket = opened()
    with open_scope(cast.staff_scope(name="tess")):
        ticket_reply(ticket=ticket, author=cast.person("tess"), text="Have you tried hunter3?")
        note_add(ticket=ticket, author=cast.person("tess"), text="zqnote")
    for one, shows in ((plain, False), (wordy, True)):
        words = "".join(row.body for row in kept(endpoint=one))
        for word in ("Jamie Smith", "Rita", "Tess", "hunter3"):
            assert (word in words) is shows, word
        assert "zqnote" not in words
        assert "Oakfield" in words
    pairs = [
        (a.event_id, b.event_id) for a, b in zip(kept(endpoint=plain), kept(endpoint=wordy), strict=True)
    ]
    assert all(a == b for a, b in pairs), "one event has one id, whoever is told"
    assert len(set(pairs)) == len(pairs)


def test_a_conversation_that_is_filed_tells_each_line(
    cast: Cast, register: Register, opened: Open, kept: Kept
) -> None:
    register(URL, EventType.MESSAGE_ADDED, with_words=True)
    ticket, now = opened(), timezone.now()
    with open_scope(cast.staff_scope(name="tess")):
        lines = [
            Line(Direction.INCOMING, Channel.CHAT, "Hello", now, cast.person("rita")),
            Line(Direction.EVENT, Channel.CHAT, "Tess joined", now),
            Line(Direction.OUTGOING, Channel.CHAT, "Hi", now, cast.person("tess")),
        ]
        conversation_file(ticket=ticket, lines=lines)
    assert [one["data"]["message"]["text"] for one in bodies(kept)] == ["Hello", "Hi"]


@pytest.mark.rule("T1", "T2")
def test_an_endpoint_hears_of_its_provider_and_its_school_alone(
    register: Register, opened: Open, kept: Kept, cast: Cast
) -> None:
    for school in ("oakfield", "hillside"):
        register(URL, school=school, label=school)
    register(URL, label="all")
    register(URL, provider="birch", label="birch")
    opened("rita", "oakfield")
    opened("hugo", "hillside")
    heard = {
        label: [json.loads(one.body)["data"]["ticket"]["customer"]["slug"] for one in rows]
        for label in ("oakfield", "hillside", "all")
        if (rows := kept(endpoint__label=label))
    }
    assert heard == {"oakfield": ["oakfield"], "hillside": ["hillside"], "all": ["oakfield", "hillside"]}
    assert not kept("birch")
    opened("rose", "riverside")
    assert [one.event for one in kept("birch")] == ["ticket.opened"]
    with open_scope(cast.scope("ian")):
        assert not Delivery.objects.exists(), "nobody of a school reads deliveries, whatever they tell of"
        assert not Endpoint.objects.exists()


def test_only_what_was_asked_for_and_nothing_while_paused(
    cast: Cast, register: Register, opened: Open, kept: Kept
) -> None:
    register(URL, EventType.TICKET_CLOSED)
    other, _ = register(URL, EventType.TICKET_OPENED)
    opened()
    assert [one.endpoint_id for one in kept()] == [other.pk]
    with open_scope(cast.staff_scope()):
        assert endpoint_switch(endpoint=other, on=False).state == EndpointState.PAUSED
    opened()
    assert len(kept()) == 1


@pytest.mark.rule("S11", "S14")
def test_a_warning_and_a_miss_are_told_once(cast: Cast, register: Register, opened: Open, kept: Kept) -> None:
    register(URL, EventType.CLOCK_WARNED, EventType.CLOCK_BREACHED)
    ticket = opened()
    with open_scope(cast.staff_scope()):
        clock = Clock.objects.get(answers_ticket=ticket)
    assert clock.warn_at is not None
    assert clock.due_at is not None
    for at in (clock.warn_at, clock.warn_at, clock.due_at, clock.due_at):
        sweep(now=at + timedelta(seconds=1), queues=["clocks"])
    found = bodies(kept)
    assert [one["type"] for one in found] == ["clock.warned", "clock.breached"]
    assert found[1]["data"]["clock"]["kind"] == "response"
    assert found[1]["data"]["ticket"]["number"] == ticket.number


def test_the_ticket_is_told_as_the_api_shows_it(
    cast: Cast, register: Register, opened: Open, kept: Kept
) -> None:
    register(URL, with_words=True)
    ticket = opened()
    told = bodies(kept)[0]["data"]["ticket"]
    shown = Api(token_for(cast, "tess")).get(f"tickets/{ticket.number}").json()
    same = set(told) & set(TicketShape.Meta.fields)
    assert same == set(told) - {"reference", "links"}
    assert set(TicketShape.Meta.fields) - same == {"waiting_reason", "approval", "request"}
    for name in same - {name for name in same if name.endswith(("_at", "_clock"))}:
        assert told[name] == shown[name], name
    assert set(told["fix_clock"]) == set(shown["fix_clock"])
    assert told["links"]["api"].endswith(f"/api/v1/tickets/{ticket.number}")


def test_the_envelope(register: Register, opened: Open, kept: Kept) -> None:
    register(URL)
    opened()
    [row], [body] = kept(), bodies(kept)
    assert list(body) == ["id", "type", "occurred_at", "provider", "data"]
    assert body["id"] == row.event_id
    assert body["provider"] == {"slug": "alder", "name": body["provider"]["name"]}
    assert body["occurred_at"][-6] in "+-"


def test_without_endpoints_an_event_costs_one_query(
    cast: Cast, register: Register, opened: Open, django_assert_num_queries: Any
) -> None:
    ticket = opened()
    with open_scope(cast.staff_scope()), django_assert_num_queries(1):
        tickets_told([TicketEvent(Happened.OPENED, ticket, ticket.logged_at)])


def test_a_quote_is_told_without_its_price(cast: Cast, register: Register, opened: Open, kept: Kept) -> None:
    register(URL, EventType.QUOTE_SENT, EventType.QUOTE_ANSWERED)
    register(URL, EventType.QUOTE_SENT, school="hillside", label="other")
    ticket = opened()
    with open_scope(cast.staff_scope(name="cass")):
        cass = cast.person("cass")
        asked = ticket_quote_ask(ticket=ticket, wanted="Lamps", by=cass)
        quote = quote_write(
            quote=asked,
            by=cass,
            subject="Lamps",
            words="Fitted next week",
            valid_until=timezone.localdate() + timedelta(days=30),
            vat_percent=USUAL_VAT,
            lines=[PricedLine("Lamp", Decimal(1), Decimal("118.50"))],
            expected_version=1,
        )
        quote_send(quote=quote, by=cass)
    with open_scope(cast.scope("rob")):
        quote_accept(quote=quote, by=cast.person("rob"))
    found = bodies(kept)
    assert [(one["type"], one["data"]["quote"]["state"]) for one in found] == [
        ("quote.sent", "sent"),
        ("quote.answered", "accepted"),
    ]
    assert found[0]["data"]["quote"]["ticket"].endswith(f"-{ticket.number}")
    assert "118.5" not in json.dumps(found)
    assert "Fitted" not in json.dumps(found)
