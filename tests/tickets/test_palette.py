"""What the palette finds, for whom, and at what cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.palette import MOST

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
PART = {"HX-Request": "true"}


def ask(client: Client, words: str) -> str:
    return client.get("/alder/desk/find/", {"q": words}, headers=PART).content.decode()


@pytest.mark.rule("T1", "T3")
def test_each_finds_the_pages_that_would_open(cast: Cast, signed_in: SignIn) -> None:
    assert "Queue</div>" in ask(signed_in("tess"), "")
    assert "Mailboxes" not in ask(signed_in("tess"), "mailbox")
    assert "Mailboxes" in ask(signed_in("ada"), "mailbox")
    assert "Without an owner" in ask(signed_in("tess"), "without")


@pytest.mark.rule("T1")
def test_tickets_people_and_schools_are_found_and_nobody_elses(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast, subject="A most particular <b>projector</b>")
    tess = signed_in("tess")
    for words in ("particular", str(ticket.number), f"CON-{ticket.number}"):
        part = ask(tess, words)
        assert f'data-url="/alder/desk/tickets/{ticket.number}/"' in part
        assert "&lt;b&gt;projector" in part
    assert "Rita" in ask(tess, "rita")
    assert 'data-url="/alder/settings/customers/oakfield/"' in ask(tess, "oakf")
    for words in ("Riverside", "Rose"):
        part = ask(tess, words)
        assert "riverside" not in part.lower()
    assert "data-url" not in ask(tess, "r²%_x")


@pytest.mark.rule("T6")
def test_a_confidential_ticket_is_found_by_its_readers_alone(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(
            cast, subject="Something private", is_confidential=True, assignee=cast.person("tess")
        )
    for name, is_found in (("tess", True), ("theo", False)):
        for words in ("private", str(ticket.number)):
            assert (f"/tickets/{ticket.number}/" in ask(signed_in(name), words)) is is_found, name


def test_much_to_find_is_eight_of_each_and_few_queries(
    cast: Cast, signed_in: SignIn, at_most: Callable[[int], AbstractContextManager[None]]
) -> None:
    with open_scope(cast.staff_scope()):
        for _ in range(MOST + 3):
            open_one(cast, subject="oak tables in the hall")
    tess = signed_in("tess")
    assert ask(tess, "oak").count("/desk/tickets/") == MOST
    for words, most in (("", 5), ("o", 6), ("oak", 10), ("1001", 10)):
        with at_most(most):
            ask(tess, words)


def test_without_script_it_is_a_page(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("tess").get("/alder/desk/find/?q=queue").content.decode()
    assert 'href="/alder/desk/queue/"' in page
    assert "Nothing fits" in signed_in("tess").get("/alder/desk/find/?q=xyzzy").content.decode()
