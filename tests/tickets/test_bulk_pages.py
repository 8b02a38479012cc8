"""Choosing several tickets in the queue, what is asked, told and taken back, through the whole web stack."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import BulkAction, BulkRow, Ticket
from tickets.services.confidential import ticket_make_confidential
from tickets.services.conversation import note_add
from tickets.services.work import ticket_assign

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
QUEUE = "/alder/desk/queue/"
BULK = f"{QUEUE}bulk/"


@pytest.fixture(autouse=True)
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    with open_scope(cast.staff_scope()):
        return [open_one(cast) for _ in range(3)]


def form_of(page: str) -> dict[str, list[str]]:
    """What the queue's page would send with nothing ticked, and under `ticket` what could be."""
    (form,) = re.findall(r'<form class="bulk.*?</form>', page, re.S)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="(?:hidden|checkbox)" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def sent(client: Client, query: str, *tickets: Ticket, **more: str) -> dict[str, object]:
    found = form_of(client.get(f"{QUEUE}{query}").content.decode())
    chosen = [
        one for one in found["ticket"] if int(one.partition(".")[0]) in {ticket.pk for ticket in tickets}
    ]
    kept = {name: found[name] for name in ("once", "from", "shown")}
    return {**kept, "ticket": chosen, **more}


def owners(cast: Cast, tickets: list[Ticket]) -> list[str]:
    with open_scope(cast.staff_scope()):
        return [str(Ticket.objects.get(pk=one.pk).assignee or "") for one in tickets]


def test_chosen_tickets_are_taken_and_given_back_in_the_view(
    cast: Cast, signed_in: SignIn, three: list[Ticket], at_most: AtMost
) -> None:
    tess = signed_in("tess")
    done = tess.post(BULK, sent(tess, "?view=unassigned", *three[:2], do="take"))
    assert owners(cast, three) == ["Tess", "Tess", ""]
    with open_scope(cast.staff_scope()):
        key = BulkAction.objects.get().pk
    assert done["Location"] == f"{QUEUE}?view=unassigned&bulk={key}"
    tess.get(done["Location"])
    with at_most(11):  # what was done is one more than the queue itself
        page = tess.get(done["Location"]).content.decode()
    assert "2 tickets given to Tess." in page
    assert "bulk=" not in "".join(re.findall(r'href="\?[^"]*"', page))
    assert f'action="{BULK}{key}/undo/"' in page
    back = tess.post(f"{BULK}{key}/undo/", {"from": "view=unassigned"})
    assert back["Location"] == done["Location"]
    assert owners(cast, three) == ["", "", ""]
    page = tess.get(back["Location"]).content.decode()
    assert "Taken back: 2 tickets given to Tess." in page
    assert "<span>Undo</span>" not in page
    again = tess.post(f"{BULK}{key}/undo/")
    assert "This was taken back already." in tess.get(again["Location"]).content.decode()


def test_all_on_the_page_without_script(cast: Cast, signed_in: SignIn, three: list[Ticket]) -> None:
    tess = signed_in("tess")
    with open_scope(cast.staff_scope()):
        theo = cast.person("theo").pk
    tess.post(BULK, sent(tess, "", all="1", do="assign", owner=str(theo)))
    assert owners(cast, three) == ["Theo"] * 3
    tess.post(BULK, sent(tess, "", all="1", do="assign", owner="nobody"))
    assert owners(cast, three) == [""] * 3


def test_why_some_were_not_changed_is_told_with_links(
    cast: Cast, signed_in: SignIn, three: list[Ticket]
) -> None:
    tess = signed_in("tess")
    form = sent(tess, "?view=open&state=new", *three, do="take")
    with open_scope(cast.staff_scope(name="theo")):
        note_add(ticket=three[0], author=cast.person("theo"), text="I have called them")
    done = tess.post(BULK, form)
    page = tess.get(done["Location"]).content.decode()
    assert "2 tickets given to Tess. 1 is as it was." in page
    assert page.count("Something came in since the page was drawn. Read it first.") == 1
    assert f'href="/alder/desk/tickets/{three[0].number}/?from=view%3Dopen%26state%3Dnew"' in page
    assert f'href="{QUEUE}?view=open&amp;state=new"' in page
    with open_scope(cast.staff_scope(name="theo")):
        note_add(ticket=three[1], author=cast.person("theo"), text="And them")
        key = BulkAction.objects.get().pk
    theo = signed_in("theo")
    assert "2 tickets given to Tess." in theo.get(f"{BULK}{key}/").content.decode()
    assert "<span>Undo</span>" not in theo.get(f"{BULK}{key}/").content.decode()
    assert (
        "Only Tess can take this back."
        in theo.get(theo.post(f"{BULK}{key}/undo/")["Location"]).content.decode()
    )
    back = tess.post(f"{BULK}{key}/undo/")
    page = tess.get(back["Location"]).content.decode()
    assert "Taken back on 1 of 2: 2 tickets given to Tess." in page
    assert "It was changed since, so it stays as it is." in page
    assert owners(cast, three) == ["", "Tess", ""]


def test_a_level_and_a_closing_are_asked_for_first(
    cast: Cast, signed_in: SignIn, three: list[Ticket]
) -> None:
    tess = signed_in("tess")
    asked = tess.post(BULK, sent(tess, "?view=open", *three[:2], do="level"))
    page = asked.content.decode()
    assert asked.status_code == 200
    assert page.count('name="ticket"') == page.count(" checked>") == 2
    with open_scope(cast.staff_scope()):
        low = three[0].level_id + 3
    form = sent(tess, "?view=open", *three[:2], do="level", asked="1", level=str(low))
    refused = tess.post(BULK, form)
    assert refused.status_code == 422
    assert refused.content.decode().count('name="ticket"') == 2
    assert tess.post(BULK, {**form, "reason": "One room only"}).status_code == 302
    refused = tess.post(BULK, sent(tess, "?view=open", three[2], do="close", asked="1", closed_as="fixed"))
    assert refused.status_code == 422
    closed = tess.post(BULK, sent(tess, "?view=open", three[2], do="close", asked="1", closed_as="spam"))
    assert "1 ticket closed: Spam." in tess.get(closed["Location"]).content.decode()
    assert tess.post(BULK, sent(tess, "?view=open", three[0], do="assign", owner="")).status_code == 422
    with open_scope(cast.staff_scope()):
        states = [(one.state, one.level_id == low) for one in Ticket.objects.order_by("pk")]
    assert states == [("new", True), ("new", True), ("closed", False)]


@pytest.mark.parametrize(
    "more",
    [{"do": "level"}, {"do": "take"}, {"do": "nonsense", "ticket": "1.0.0"}, {"do": "take", "ticket": "x²"}],
)
def test_nothing_chosen_changes_nothing(signed_in: SignIn, cast: Cast, more: dict[str, str]) -> None:
    tess = signed_in("tess")
    answer = tess.post(BULK, {**more, "from": "view=mine&next=//evil.example"})
    assert answer["Location"] == f"{QUEUE}?view=mine"
    assert "Choose from 1 to 100 tickets." in tess.get(answer["Location"]).content.decode()
    nothing = tess.post(BULK, {"ticket": "1.0.0"})
    assert "Nothing is done yet" in tess.get(nothing["Location"]).content.decode()
    many = tess.post(BULK, {"do": "take", "ticket": [f"{pk}.0.0" for pk in range(1, 102)]})
    assert "Choose from 1 to 100 tickets." in tess.get(many["Location"]).content.decode()
    with open_scope(cast.staff_scope()):
        assert not BulkAction.objects.exists()


def test_a_double_click_acts_once_and_another_choice_of_the_same_page_acts_again(
    cast: Cast, signed_in: SignIn, three: list[Ticket]
) -> None:
    tess = signed_in("tess")
    first = sent(tess, "", three[0], do="take")
    assert tess.post(BULK, first)["Location"] == tess.post(BULK, first)["Location"]
    tess.post(BULK, {**sent(tess, "", three[1], do="take"), "once": first["once"]})
    with open_scope(cast.staff_scope()):
        assert BulkAction.objects.count() == BulkRow.objects.count() == 2
    assert owners(cast, three) == ["Tess", "Tess", ""]


@pytest.mark.rule("T6")
def test_what_became_confidential_meanwhile_stays_and_nothing_is_told_of_it(
    cast: Cast, signed_in: SignIn, three: list[Ticket]
) -> None:
    theo = signed_in("theo")
    theo.post(BULK, sent(theo, "", *three[:2], do="assign", owner="nobody"))  # nobody owns them anyway
    with open_scope(cast.staff_scope()):
        lena = cast.person("lena").pk
    theo.post(BULK, sent(theo, "", *three[:2], do="assign", owner=str(lena)))
    with open_scope(cast.staff_scope(name="lena")):
        ticket_make_confidential(ticket=three[0], reason="A child")
        key = BulkAction.objects.order_by("-pk")[0].pk
    back = theo.post(f"{BULK}{key}/undo/")
    assert back["Location"] == f"{BULK}{key}/"
    page = theo.get(back["Location"]).content.decode()
    assert "1 ticket is not there, or you may not read it" in page
    assert f"CON-{three[0].number}" not in page
    assert f"CON-{three[1].number}" in page
    with open_scope(cast.staff_scope(name="lena")):
        assert str(Ticket.objects.get(pk=three[0].pk).assignee) == "Lena"
    assert owners(cast, three[1:2]) == [""]


def test_ones_own_change_in_between_is_no_stranger(
    cast: Cast, signed_in: SignIn, three: list[Ticket]
) -> None:
    tess = signed_in("tess")
    form = sent(tess, "", three[0], do="assign", owner="nobody")
    with open_scope(cast.staff_scope(name="tess")):
        ticket_assign(ticket=three[0], assignee=cast.person("tess"))
    tess.post(BULK, form)
    assert owners(cast, three) == ["", "", ""]


def test_the_way_back_ends_after_ten_minutes(
    signed_in: SignIn, three: list[Ticket], morning: time_machine.Traveller
) -> None:
    tess = signed_in("tess")
    done = tess.post(BULK, sent(tess, "", *three, do="take"))["Location"]
    assert "<span>Undo</span>" in tess.get(done).content.decode()
    morning.shift(timedelta(minutes=10, seconds=1))
    assert "<span>Undo</span>" not in tess.get(done).content.decode()
