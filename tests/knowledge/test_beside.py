"""The short answer of an article goes into the reply to a ticket, where its school may read it (rules Y5, T2)."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from knowledge.models import Audience
from tests.cast import Cast
from tests.knowledge.test_articles import publish
from tests.tickets.test_opening import open_one
from tickets.models import Ticket

SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]
pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y5")]
IN_PAGE = {"headers": {"HX-Request": "true"}}
INSERT = "data-insert="


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope()):
        return open_one(cast, subject="Whiteboard is dark")


def beside(client: Client, ticket: Ticket, **more: object) -> str:
    answer = client.get(f"/alder/desk/tickets/{ticket.number}/beside/", **more)  # type: ignore[arg-type]
    return answer.content.decode()


def test_the_short_answer_goes_into_the_reply_with_the_address_of_the_rest(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    with open_scope(cast.scope("lena")):
        article = publish("The whiteboard stays dark", short="Press <Source>.", body="1. Press it.")
    page = beside(signed_in("tess"), ticket, **IN_PAGE)
    assert f'{INSERT}"Press &lt;Source&gt;.\n\nAll of it, step by step: http' in page
    assert f"/alder/portal/answers/{article.pk}/" in page
    assert 'data-insert-into="#answer-form textarea"' in page
    assert f'href="/alder/desk/knowledge/{article.pk}/"' in page


def test_without_script_the_words_stand_there_and_no_button_that_does_nothing(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    with open_scope(cast.scope("lena")):
        publish("The whiteboard stays dark", short="Press Source.")
    page = beside(signed_in("tess"), ticket)
    assert "Press Source." in page
    assert INSERT not in page


@pytest.mark.rule("T2")
def test_what_the_school_may_not_read_is_never_offered_to_be_sent(
    cast: Cast, signed_in: SignIn, ticket: Ticket
) -> None:
    with open_scope(cast.scope("lena")):
        publish("Whiteboard for staff", short="Secret code.", audience=Audience.STAFF)
        publish("Whiteboard for some", short="Scheduled.", audience=Audience.PACKAGES, packages=["scheduled"])
    page = beside(signed_in("tess"), ticket, **IN_PAGE)
    assert "Internal" in page
    assert "Secret code." in page
    assert "does not read it: it is for schools with other packages" in page
    assert INSERT not in page
    assert "/portal/answers/" not in page
    with open_scope(cast.scope("lena")):
        publish("Whiteboard at yours", short="Yours.", audience=Audience.PACKAGES, packages=["full-managed"])
    page = beside(signed_in("tess"), ticket, **IN_PAGE)
    assert page.count(INSERT) == 1
    assert f'{INSERT}"Yours."' in page


def test_nothing_that_fits_is_no_panel_and_the_page_keeps_to_its_queries(
    cast: Cast, signed_in: SignIn, ticket: Ticket, at_most: AtMost
) -> None:
    tess = signed_in("tess")
    assert "Articles that fit" not in beside(tess, ticket, **IN_PAGE)
    with open_scope(cast.scope("lena")):
        for number in range(5):
            publish(f"Whiteboard {number}", audience=Audience.PACKAGES, packages=["scheduled"])
    beside(tess, ticket, **IN_PAGE)
    with at_most(14):
        assert "Articles that fit" in beside(tess, ticket, **IN_PAGE)
