"""From ticket to ticket inside a view of the queue: its order, its filters, and what if a ticket leaves it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tests.tickets.test_saved_views import keep
from tickets.models import Ticket
from tickets.walking import walk_read

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
QUEUE = "/alder/desk/queue/"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    """Urgent, High and Low, in this order in the queue."""
    with open_scope(cast.staff_scope()):
        return [open_one(cast, level=level) for level in ("Urgent", "High", "Low")]


def links(page: str) -> dict[str, str]:
    """Where the page's way through the view leads, by the words of its links."""
    nav = re.search(r'<nav class="walk".*?</nav>', page, re.S)
    found = re.findall(
        r'<a href="([^"]*)"[^>]*>.*?<span>([^<]*)</span></a>', nav.group() if nav else "", re.S
    )
    return {words: unescape(href) for href, words in found}


def opened(client: Client, ticket: Ticket, query: str = "view=open") -> str:
    """The address by which the queue's list leads to a ticket."""
    page = client.get(f"{QUEUE}?{query}").content.decode()
    (path,) = re.findall(rf'href="(/alder/desk/tickets/{ticket.number}/[^"]*)"', page)
    return unescape(path)


def test_next_and_previous_keep_to_the_order_of_the_view(
    signed_in: SignIn, three: list[Ticket], at_most: AtMost
) -> None:
    tess, (first, second, third) = signed_in("tess"), three
    path = opened(tess, first)
    tess.get(path)
    with at_most(15):
        found = links(tess.get(path).content.decode())
    assert set(found) == {"Back to All open", "Next"}
    page = tess.get(found["Next"]).content.decode()
    assert f"CON-{second.number}</span> " in page
    found = links(page)
    assert f"/{first.number}/" in found["Previous"]
    assert f"/{third.number}/" in found["Next"]
    found = links(tess.get(found["Next"]).content.decode())
    assert set(found) == {"Back to All open", "Previous"}
    assert f"/{second.number}/" in found["Previous"]


def test_filters_and_a_saved_name_come_along(cast: Cast, signed_in: SignIn, three: list[Ticket]) -> None:
    with open_scope(cast.staff_scope()):
        low = three[2].level_id
        kept = keep(cast, "tess", name="Small things", chosen={"level": str(low)})
        other = keep(cast, "theo", name="Secret name")
    tess = signed_in("tess")
    found = links(tess.get(opened(tess, three[2], f"saved={kept.pk}&view=open&level={low}")).content.decode())
    assert found == {"Back to Small things": f"{QUEUE}?view=open&level={low}&saved={kept.pk}"}
    assert (
        "Secret name"
        not in tess.get(
            f"/alder/desk/tickets/{three[0].number}/?from=view%3Dopen%26saved%3D{other.pk}"
        ).content.decode()
    )


def test_after_an_action_the_view_is_kept_and_next_goes_on_from_where_it_stood(
    signed_in: SignIn, three: list[Ticket]
) -> None:
    tess, (first, second, _third) = signed_in("tess"), three
    page = tess.get(opened(tess, first, "view=unassigned")).content.decode()
    (came_from,) = set(re.findall(r'name="from" value="([^"]*)"', page))
    base = f"/alder/desk/tickets/{first.number}/"
    taken = tess.post(f"{base}take/", {"from": unescape(came_from)})  # it leaves the view
    for action, data in (
        ("reply", {"text": "On our way"}),
        ("fix", {"text": "Done"}),
        ("close", {"closed_as": "fixed"}),
    ):
        assert (
            tess.post(f"{base}{action}/", {**data, "from": unescape(came_from)})["Location"]
            == taken["Location"]
        )
    found = links(tess.get(taken["Location"]).content.decode())
    assert f"/{second.number}/" in found["Next"]
    assert found["Back to Without an owner"] == f"{QUEUE}?view=unassigned"


def test_every_form_and_way_of_the_page_keeps_the_view(signed_in: SignIn, three: list[Ticket]) -> None:
    lena, ticket = signed_in("lena"), three[0]
    path = f"/alder/desk/tickets/{ticket.number}/"
    page = lena.get(opened(lena, ticket)).content.decode()
    forms = re.findall(r'<form[^>]*method="post"[^>]*action="' + re.escape(path) + r".*?</form>", page, re.S)
    assert len(forms) > 8
    assert all('name="from" value="view=open&amp;at=' in form for form in forms)
    (ask,) = re.findall(r'hx-get="([^"]*do=assign[^"]*)"', page)
    part = lena.get(unescape(ask), headers={"HX-Request": "true"}).content.decode()
    assert 'name="from" value="view=open&amp;at=' in part
    draft = lena.post(f"{path}draft/note/", {"text": "x", "from": "view=mine"})
    assert draft["Location"] == f"{path}?from=view%3Dmine#composer"


@pytest.mark.parametrize(
    "text",
    ["", "view=nonsense", "https://evil.example/", "//evil.example", "view=open&next=//evil.example&at=broken",
     "view=open&saved=x²&customer=" + "9" * 400, "view=open&q=%00", "&" * 500, "view=approval&at=a%3Ab"],
)  # fmt: skip
def test_an_address_that_was_made_up_leads_nowhere_else(
    signed_in: SignIn, three: list[Ticket], text: str
) -> None:
    tess, path = signed_in("tess"), f"/alder/desk/tickets/{three[0].number}/"
    answer = tess.get(path, {"from": text})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(url.startswith("/alder/desk/") for url in links(page).values())
    assert not any(
        "evil" in one for one in [*links(page).values(), *re.findall(r'name="from" value="([^"]*)"', page)]
    )
    taken = tess.post(f"{path}take/", {"from": text})
    assert taken["Location"].startswith(path)
    assert "evil" not in taken["Location"]


def test_what_an_address_keeps_is_known_and_short() -> None:
    walk = walk_read("view=mine&q=x&evil=1&state=open&level=" + "1" * 300)
    assert walk is not None
    assert str(walk) == "view=mine&q=x&state=open"
    assert walk_read("q=x") is None
