"""The palette: from anywhere to a page, a ticket, a person, a school, or an act of the page, by keys and by fingers."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot, open_page
from tests.browser.steps import sign_in_by_form
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]

Enter = Callable[..., Page]
STAYS = "(name) => document.activeElement === document.body || !!document.activeElement.closest(name)"


@pytest.fixture
def tickets(cast: Cast, monday: time_machine.Traveller) -> list[Ticket]:
    with open_scope(cast.staff_scope()):
        return [open_one(cast), open_one(cast, subject="The projector is dark")]


def test_by_keys_from_one_ticket_to_another_and_to_an_act_of_it(
    cast: Cast, enter: Enter, tickets: list[Ticket]
) -> None:
    page = enter("tess", f"/alder/desk/tickets/{tickets[0].number}/")
    area = page.get_by_label("Your answer to the school")
    area.fill("Half a sent")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Page, ticket, person, school or action")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name="Queue")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(area).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("projector")
    expect(page.get_by_role("option", name="The projector is dark")).to_be_visible()
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("The projector is dark")
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{tickets[1].number}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("note for")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Add a note for staff")
    page.keyboard.press("Enter")
    expect(page.locator("#do-note textarea")).to_be_focused()
    with open_scope(cast.staff_scope()):
        assert tickets[0].drafts.get().text == "Half a sent"


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_its_button_opens_it_everything_is_found_and_nothing_else_is_reached(
    cast: Cast, enter: Enter, tickets: list[Ticket], look: Look
) -> None:
    page = enter("tess", f"/alder/desk/tickets/{tickets[0].number}/", look)
    page.locator("[data-palette]:visible").click()
    page.locator("#palette-words").fill("oak")
    expect(page.get_by_role("option", name="Oakfield", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name="Rita")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "palette", look)
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(STAYS, "#palette")
    page.locator("#palette-words").fill("no such thing at all")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    expect(page.locator("#palette-words")).to_have_attribute("aria-expanded", "false")
    assert_accessible(page)
    page.locator("#palette-words").fill("held")
    page.get_by_role("option", name="Held mail").click()
    page.wait_for_url("**/desk/mail/")


def test_the_list_goes_round_and_a_number_finds_its_ticket(
    cast: Cast, enter: Enter, tickets: list[Ticket]
) -> None:
    page = enter("tess", "/alder/desk/")
    page.keyboard.press("/")
    expect(page.locator("#palette-words")).to_be_focused()
    expect(page.get_by_role("option", name="Queue")).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = page.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type(f"#{tickets[1].number}")
    expect(page.get_by_role("option", name="The projector is dark")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{tickets[1].number}/")


def test_without_script_its_button_leads_to_a_page_that_finds_the_same(
    browser: Browser, cast: Cast, live_server: LiveServer, tickets: list[Ticket]
) -> None:
    with open_page(browser, LOOKS[0], with_script=False) as tess:
        sign_in_by_form(tess, live_server.url, "tess@alder.example")
        tess.get_by_role("link", name="Find or do").first.click()
        tess.get_by_label("Page, ticket, person or school").fill("projector")
        tess.get_by_role("button", name="Find").click()
        tess.get_by_role("link", name="The projector is dark").click()
        expect(tess.get_by_role("heading", level=1)).to_contain_text("The projector is dark")
