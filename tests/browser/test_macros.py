"""Macros in the composer: at the cursor, seen before they happen, with the keyboard and without script (Rule Y9)."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.permissions import Permission
from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot, open_page
from tests.browser.steps import sign_in_by_form
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Message, Ticket, TicketState
from tickets.services.macros import macro_keep

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]

Enter = Callable[..., Page]
ASK = {
    "name": "Ask which room, and wait",
    "audience": "shared",
    "text": "Dear {{ person.first_name }},\n\nwhich room is it in?",
    "takes": True,
    "then": "wait_school",
    "reason": "Which room?",
    "note": "Asked {{ person.name }}.",
}


@pytest.fixture(name="ticket")
def ticket_with_macros(cast: Cast, monday: time_machine.Traveller) -> Ticket:
    with open_scope(cast.staff_scope(name="ada")):
        who: Any = {"by": cast.person("ada"), "permissions": frozenset(Permission)}
        macro_keep(macro=None, values=ASK, **who)
        macro_keep(
            macro=None, values={"name": "Restart it", "audience": "shared", "text": "Restart it."}, **who
        )
        return open_one(cast)


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2]], ids=str)
def test_a_macro_goes_in_at_the_cursor_and_is_sent_whole(
    cast: Cast, enter: Enter, ticket: Ticket, look: Look
) -> None:
    page = enter("tess", f"/alder/desk/tickets/{ticket.number}/", look)
    area = page.get_by_label("Your answer to the school")
    area.fill("Before.\n\nAfter.")
    area.evaluate("area => area.setSelectionRange(7, 7)")
    page.get_by_role("button", name="Macros").click()
    expect(page.get_by_label("Find a macro")).to_be_focused()
    assert_accessible(page)
    keep_screenshot(page, "macro-picker", look)
    page.get_by_label("Find a macro").fill("which room")
    expect(page.get_by_role("link", name="Restart it")).to_be_hidden()
    page.get_by_role("link", name="Ask which room, and wait").click()
    expect(area).to_have_value("Before.\n\nDear Rita,\n\nwhich room is it in?\n\nAfter.")
    expect(area).to_be_focused()
    expect(page.get_by_label("What we wait for")).to_have_value("Which room?")
    expect(page.get_by_role("heading", name="Choose a macro")).to_be_hidden()
    expect(page.locator("[data-draft-state]").first).to_contain_text("Kept as a draft")
    assert_accessible(page)
    keep_screenshot(page, "macro-chosen", look)
    page.get_by_role("button", name="Send, and do all of this").click()
    expect(page.locator("#messages")).to_contain_text("Sent, and done with it")
    with open_scope(cast.staff_scope()):
        ticket.refresh_from_db()
        assert (ticket.state, str(ticket.assignee)) == (TicketState.WAITING_CUSTOMER, "Tess")
        assert Message.objects.get(ticket=ticket, direction=Direction.NOTE).text == "Asked Rita."


def test_what_a_macro_proposes_goes_without_its_words(cast: Cast, enter: Enter, ticket: Ticket) -> None:
    page = enter("tess", f"/alder/desk/tickets/{ticket.number}/")
    page.get_by_role("button", name="Macros").click()
    page.get_by_role("link", name="Ask which room, and wait").click()
    page.get_by_role("button", name="Do nothing of it").click()
    expect(page.get_by_role("group", name="When you send this, it also happens")).to_be_hidden()
    expect(page.get_by_label("Your answer to the school")).to_have_value("Dear Rita,\n\nwhich room is it in?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Sent.")
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.OPEN


def test_without_script_a_macro_follows_what_was_typed(
    browser: Browser, cast: Cast, live_server: LiveServer, ticket: Ticket
) -> None:
    with open_page(browser, LOOKS[2], with_script=False) as tess:
        sign_in_by_form(tess, live_server.url, "tess@alder.example")
        tess.goto(f"{live_server.url}/alder/desk/tickets/{ticket.number}/")
        tess.get_by_label("Your answer to the school").fill("Good morning.")
        tess.get_by_role("button", name="Macros").click()
        tess.get_by_role("link", name="Ask which room, and wait").click()
        words = "Good morning.\n\nDear Rita,\n\nwhich room is it in?"
        expect(tess.get_by_label("Your answer to the school")).to_have_value(words)
        tess.get_by_label("Note for staff").first.fill("")
        tess.get_by_role("button", name="Send, and do all of this").click()
        expect(tess.get_by_text("Sent, and done with it")).to_be_visible()
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).state == TicketState.WAITING_CUSTOMER
        assert not Message.objects.filter(ticket=ticket, direction=Direction.NOTE).exists()
