"""A technician chooses tickets in the queue, gives them away, takes that back and walks through the view (Rule Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]


@pytest.fixture
def queue(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        for level in ("Urgent", "High", "Low"):
            open_one(cast, level=level)


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2], LOOKS[3]], ids=str)
@pytest.mark.usefixtures("queue")
def test_chosen_tickets_are_given_away_and_taken_back(
    enter: Callable[..., Page], monday: time_machine.Traveller, look: Look
) -> None:
    page = enter("tess", "/alder/desk/queue/?view=unassigned", look)
    bar = page.get_by_role("group", name="With the chosen tickets")
    expect(bar).not_to_be_visible()
    boxes = page.locator("input[name=ticket]")
    boxes.nth(0).focus()
    page.keyboard.press("Enter")  # does nothing: nobody sends half a choice
    page.keyboard.press("Space")
    expect(boxes.nth(0)).to_be_focused()
    expect(bar.get_by_role("status")).to_have_text("1 ticket chosen")
    page.get_by_label("All on this page").check()
    expect(bar.get_by_role("status")).to_have_text("3 tickets chosen")
    boxes.nth(2).uncheck()
    expect(bar.get_by_role("status")).to_have_text("2 tickets chosen")
    page.keyboard.press("b")
    expect(page.get_by_label("Give the chosen tickets to")).to_be_focused()
    page.get_by_label("Give the chosen tickets to").select_option(label="Theo")
    assert_accessible(page)
    keep_screenshot(page, "queue-chosen", look)
    page.get_by_role("button", name="Give them").click()
    expect(page.get_by_text("2 tickets given to Theo.")).to_be_visible()
    expect(boxes).to_have_count(1)
    assert_accessible(page)
    keep_screenshot(page, "queue-given", look)
    page.get_by_role("link", name="See each").click()
    expect(page.get_by_role("heading", name="Several tickets at once")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "bulk-done", look)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: 2 tickets given to Theo.")).to_be_visible()
    expect(boxes).to_have_count(3)
    boxes.nth(1).check()
    bar.get_by_role("button", name="Close…").click()
    expect(page.get_by_role("heading", name="Close them")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "bulk-asked", look)


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2]], ids=str)
@pytest.mark.usefixtures("queue")
def test_from_ticket_to_ticket(
    enter: Callable[..., Page], monday: time_machine.Traveller, look: Look
) -> None:
    page = enter("tess", "/alder/desk/queue/?view=unassigned", look)
    page.locator("tbody a").first.click()
    way = page.get_by_role("navigation", name="In the view Without an owner")
    expect(way.get_by_text("This is the first")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "ticket-in-view", look)
    page.keyboard.press("a")  # taken, and so out of the view
    expect(page.get_by_text("It is yours.")).to_be_visible()
    for key, there in (
        ("j", "CON-1002 No internet"),
        ("j", "CON-1003 No internet"),
        ("u", "Without an owner"),
    ):
        page.wait_for_load_state("load")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=there)).to_be_visible()
        if there.startswith("CON-1003"):
            expect(way.get_by_text("This is the last")).to_be_visible()
            expect(way.get_by_role("link", name="Previous")).to_be_visible()
