"""The whole way through the pages: asked on a ticket, written, sent and accepted (rules P1, T3)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.tenancy.scope import open_scope
from delivery.models import Notification
from quotes.models import Quote, QuoteState
from sla.models import ServiceLevel
from tests.cast import Cast
from tests.quotes.test_quotes import NOW, ask, sent, write
from tickets.models import Direction, Message, Ticket, TicketQuote
from tickets.services.opening import ticket_open

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.rule("P1", "T3")


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def a_ticket(cast: Cast) -> Ticket:
    with open_scope(cast.scope("tess")):
        return ticket_open(
            customer=cast.customer("oakfield"),
            requester=cast.person("rita"),
            subject="Lamps are dim",
            text="All of them",
            channel="portal",
            level=ServiceLevel.objects.order_by("rank").last(),
            assignee=cast.person("tess"),
        )


def lines_posted(*rows: tuple[str, str, str], before: int = 0) -> dict[str, Any]:
    posted: dict[str, Any] = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": before}
    for place, (description, quantity, price) in enumerate(rows):
        posted |= {
            f"lines-{place}-description": description,
            f"lines-{place}-quantity": quantity,
            f"lines-{place}-unit_price": price,
        }
    return posted


def test_from_the_ticket_to_the_order(cast: Cast, signed_in: SignIn) -> None:
    ticket = a_ticket(cast)
    tess, cass, rob = signed_in("tess"), signed_in("cass"), signed_in("rob")
    page = f"/alder/desk/tickets/{ticket.number}/"
    tess.post(f"{page}quote/", {"wanted": "Six lamps"})
    with open_scope(cast.scope("cass")):
        quote = Quote.objects.get()
        assert TicketQuote.objects.get(quote=quote).ticket_id == ticket.pk
        assert Notification.objects.filter(person=cast.person("cass"), key=f"quote-asked:{quote.pk}").exists()
    assert f"-Q{quote.number}</a>" in tess.get(page).content.decode()

    form = {
        "subject": "Six lamps",
        "words": "Fitted.",
        "valid_until": "2026-12-18",
        "vat_percent": "20",
        "version": 1,
    }
    written = cass.post(
        f"/alder/desk/quotes/{quote.pk}/edit/", {**form, **lines_posted(("Lamp", "6", "50"), ("", "1", ""))}
    )
    assert written.status_code == 302, written.content.decode()
    assert "£360.00" in cass.get(f"/alder/desk/quotes/{quote.pk}/").content.decode()
    assert rob.get(f"/alder/portal/quotes/{quote.pk}/").status_code == 404  # not before it is sent
    cass.post(f"/alder/desk/quotes/{quote.pk}/send/")

    read = rob.get(f"/alder/portal/quotes/{quote.pk}/").content.decode()
    assert "£360.00" in read
    assert "Accept" in read
    rob.post(f"/alder/portal/quotes/{quote.pk}/accept/", {"purchase_order": "PO 7"})
    with open_scope(cast.scope("tess")):
        quote.refresh_from_db()
        assert (quote.state, quote.purchase_order) == (QuoteState.ACCEPTED, "PO 7")
        events = Message.objects.filter(ticket=ticket, direction=Direction.EVENT, text__contains="quote")
        assert events.filter(text__contains="accepted").count() == 1
        assert Notification.objects.filter(
            person=cast.person("tess"), key=f"ticket-quote-accepted:{quote.pk}"
        ).exists()


def test_asking_twice_for_a_ticket_is_refused_with_a_reason(cast: Cast, signed_in: SignIn) -> None:
    ticket, tess = a_ticket(cast), signed_in("tess")
    page = f"/alder/desk/tickets/{ticket.number}/"
    tess.post(f"{page}quote/", {"wanted": "Six lamps"})
    again = tess.post(f"{page}quote/", {"wanted": "Seven lamps"})
    assert again.status_code == 422
    assert "being written already" in again.content.decode()


def test_a_new_one_stands_on_the_same_ticket(cast: Cast, signed_in: SignIn) -> None:
    ticket, cass = a_ticket(cast), signed_in("cass")
    signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/quote/", {"wanted": "Six lamps"})
    with open_scope(cast.scope("cass")):
        old = write(cast, Quote.objects.get())
    cass.post(f"/alder/desk/quotes/{old.pk}/send/")
    cass.post(f"/alder/desk/quotes/{old.pk}/revise/", {"reason": "Seven"})
    with open_scope(cast.scope("cass")):
        assert set(TicketQuote.objects.filter(ticket=ticket).values_list("quote", flat=True)) == {
            old.pk,
            Quote.objects.get(revises=old).pk,
        }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lines-0-quantity": "0"}, "greater than or equal to 0.01"),
        ({"lines-0-unit_price": "dear"}, "Enter a number"),
        ({"lines-0-description": ""}, "Say what it is"),
        ({"lines-0-unit_price": ""}, "Say what one costs"),
        ({"lines-0-quantity": ""}, "Say how many"),
        ({"vat_percent": "101"}, "less than or equal to 100"),
        ({"valid_until": "tomorrow"}, "Enter a valid date"),
        ({"version": "7"}, "Somebody else changed this quote"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(
    cast: Cast, signed_in: SignIn, change: dict[str, str], words: str
) -> None:
    with open_scope(cast.scope("cass")):
        quote = ask(cast)
    form = {"subject": "Lamps", "words": "", "valid_until": "2026-12-18", "vat_percent": "20", "version": "1"}
    answer = signed_in("cass").post(
        f"/alder/desk/quotes/{quote.pk}/edit/", {**form, **lines_posted(("Lamp", "6", "50")), **change}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with open_scope(cast.scope("cass")):
        quote.refresh_from_db()
        assert (quote.version, quote.lines.count(), quote.subject) == (1, 0, "New lamps")


def test_a_second_click_is_told_that_it_was_decided(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("cass")):
        quote = sent(cast)
    rob = signed_in("rob")
    rob.post(f"/alder/portal/quotes/{quote.pk}/accept/", {"purchase_order": ""})
    page = rob.post(f"/alder/portal/quotes/{quote.pk}/decline/", {"reason": ""}, follow=True).content.decode()
    assert "another state meanwhile: Accepted" in page


def test_others_of_the_school_read_who_decides(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("cass")):
        quote = sent(cast)
        owner = cast.person("rob").name
    page = signed_in("ian").get(f"/alder/portal/quotes/{quote.pk}/").content.decode()
    assert owner in page
    assert "/accept/" not in page


def test_a_quote_that_has_run_out_says_so_on_both_sides(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("cass")):
        quote = sent(cast)
    with time_machine.travel(datetime(2026, 12, 19, 9, 0, tzinfo=UTC), tick=False):
        assert "has run out" in signed_in("rob").get(f"/alder/portal/quotes/{quote.pk}/").content.decode()
        cass = signed_in("cass")
        assert "Run out" in cass.get("/alder/desk/quotes/?state=run_out").content.decode()
        assert quote.subject not in cass.get("/alder/desk/quotes/?state=accepted").content.decode()


def test_the_file_holds_what_the_filters_leave(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.scope("cass")):
        quote = sent(cast)
        ask(cast)
    rows = signed_in("cass").get("/alder/desk/quotes/quotes.csv?state=sent").content.decode().splitlines()
    assert len(rows) == 2
    assert f"Q{quote.number}" in rows[1]
    assert rows[1].endswith("389.98,78.00,467.98")
