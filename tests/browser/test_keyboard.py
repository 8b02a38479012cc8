"""The desk with the keyboard: keys, their list, and the switch that turns them off (Rule Y9, WCAG 2.1.4)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot
from tests.browser.test_macros import ticket_with_macros
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Message, Ticket, TicketState

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]
__all__ = ["ticket_with_macros"]  # the fixture

Enter = Callable[..., Page]
# The focus is inside a dialog, or has left the page for the browser's own buttons.
STAYS = "(name) => document.activeElement === document.body || !!document.activeElement.closest(name)"


def test_a_ticket_is_found_taken_and_answered_with_a_macro_by_keys_alone(
    cast: Cast, enter: Enter, ticket: Ticket
) -> None:
    with open_scope(cast.staff_scope()):
        open_one(cast)
    page = enter("tess", "/alder/desk/")
    keys = page.keyboard
    keys.press("g")
    keys.press("q")
    page.wait_for_url("**/queue/**")
    keys.press("j")
    expect(page.locator(".row__subject a").nth(0)).to_be_focused()
    keys.press("j")
    expect(page.locator(".row__subject a").nth(1)).to_be_focused()
    keys.press("k")
    keys.press("k")
    expect(page.locator(".row__subject a").nth(0)).to_be_focused()
    keys.press("/")
    expect(page.get_by_label("Subject or number")).to_be_focused()
    keys.type("jkgh?")  # words, while somebody types
    expect(page.get_by_label("Subject or number")).to_have_value("jkgh?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.locator(".row__subject a").nth(0).focus()
    keys.press("Enter")
    page.wait_for_url("**/tickets/**")
    expect(page.get_by_role("button", name="Take it")).to_have_attribute("aria-keyshortcuts", "a")
    keys.press("a")
    expect(page.locator("#messages")).to_contain_text("It is yours.")
    page.wait_for_load_state()
    keys.press("i")
    expect(page.locator("#do-note textarea")).to_be_focused()
    page.locator("body").evaluate("document.activeElement.blur()")
    keys.press("r")
    expect(page.get_by_label("Your answer to the school")).to_be_focused()
    keys.press("Control+A")  # with Control nothing is a key of ours
    page.locator("body").evaluate("document.activeElement.blur()")
    keys.press("m")
    expect(page.get_by_label("Find a macro")).to_be_focused()
    keys.type("which")
    expect(page.get_by_role("link", name="Restart it")).to_be_hidden()
    for _ in range(3):
        if "Ask which room" in page.evaluate("document.activeElement.textContent"):
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("Your answer to the school")).to_be_focused()
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent").strip() == "Send, and do all of this":
            break
        keys.press("Tab")
    keys.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Sent, and done with it")
    with open_scope(cast.staff_scope()):
        found = Ticket.objects.get(state=TicketState.WAITING_CUSTOMER)
        assert str(found.assignee) == "Tess"
        assert Message.objects.filter(ticket=found, direction=Direction.OUTGOING).exists()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_list_of_keys_is_what_the_page_has(cast: Cast, enter: Enter, ticket: Ticket, look: Look) -> None:
    page = enter("tess", f"/alder/desk/tickets/{ticket.number}/", look)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on this page")
    expect(dialog).to_be_visible()
    for words in (
        "Take it",
        "Your answer to the school",
        "Add a note for staff",
        "Macros",
        "Change the level",
    ):
        expect(dialog.locator("[data-keys=here]")).to_contain_text(words)
    assert_accessible(page)
    keep_screenshot(page, "keys", look)
    page.keyboard.press("a")  # behind a dialog nothing is pressed
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(STAYS, "#shortcuts")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_keys_that_are_off_are_off_everywhere_until_they_are_on_again(
    cast: Cast, enter: Enter, ticket: Ticket
) -> None:
    path = f"/alder/desk/tickets/{ticket.number}/"
    page = enter("tess", path)
    page.keyboard.press("?")
    with page.expect_response("**/appearance/"):
        page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    again = enter("tess", path)  # another browser of the same person
    for one in (page, again):
        for key in ("?", "a", "i", "g", "q"):
            one.keyboard.press(key)
        expect(one.locator("#shortcuts")).to_be_hidden()
        expect(one.locator("#do-note textarea")).to_be_hidden()
        expect(one.locator("[aria-keyshortcuts=a]")).to_have_count(0)
        assert one.url.endswith(path)
    other = enter("theo", path)
    other.keyboard.press("i")
    expect(other.locator("#do-note textarea")).to_be_focused()
    again.locator(".desk__side summary").click()
    again.locator(".desk__side [data-show-shortcuts]").click()
    with again.expect_response("**/appearance/"):
        again.get_by_label("Use single keys").check()
    again.keyboard.press("Escape")
    again.locator("body").evaluate("document.activeElement.blur()")
    again.keyboard.press("i")
    expect(again.locator("#do-note textarea")).to_be_focused()
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_pages_of_a_list_turn_by_keys_and_never_while_typing(
    cast: Cast, enter: Enter, monday: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope()):
        for _ in range(55):
            open_one(cast)
    page = enter("tess", "/alder/desk/queue/")
    page.keyboard.press("n")
    page.wait_for_url("**after=*")
    page.keyboard.press("p")
    page.wait_for_url("**before=*")
