"""The first tasks work untaught, with the keyboard alone, and without script."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, open_page
from tests.browser.steps import log_request, sign_in_by_form
from tests.cast import PASSWORD, Cast
from tests.tickets.test_opening import open_one
from tickets.models import Direction, Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]

Enter = Callable[..., Page]
PHONE, DESK = LOOKS[0], LOOKS[2]
FOCUSED = "document.activeElement.innerText || document.activeElement.name || ''"
RING = """() => { const style = getComputedStyle(document.activeElement);
    const box = document.activeElement.getBoundingClientRect();
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
        && box.bottom > 0 && box.top < innerHeight }"""
COUNT_PRESSES = """addEventListener('click', event => {
    if (event.isTrusted && event.detail) sessionStorage.presses = 1 + Number(sessionStorage.presses ?? 0) }, true)"""


def test_a_teacher_logs_a_broken_projector_with_few_presses(
    cast: Cast, monday: time_machine.Traveller, enter: Enter
) -> None:
    rita = enter("rita", "/alder/portal/", PHONE)
    rita.context.add_init_script(COUNT_PRESSES)
    rita.reload()
    log_request(rita)
    expect(rita.get_by_text("Reply promised by").first).to_be_visible()
    assert int(rita.evaluate("sessionStorage.presses")) <= 4  # the door, the topic, who is affected, Send


def test_an_administrator_finds_the_shutdown_from_the_first_page_of_the_settings(
    monday: time_machine.Traveller, enter: Enter
) -> None:
    ada = enter("ada", "/alder/desk/")
    ada.get_by_role("link", name="Settings").first.click()
    ada.get_by_role("main").get_by_role("link", name="Closures of the year").last.click()
    ada.get_by_role("link", name="shutdown").first.click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text("Christmas shutdown")


def test_without_script_a_request_is_logged_and_answered(
    browser: Browser, cast: Cast, live_server: LiveServer, monday: time_machine.Traveller
) -> None:
    with (
        open_page(browser, PHONE, with_script=False) as rita,
        open_page(browser, DESK, with_script=False) as tess,
    ):
        sign_in_by_form(rita, live_server.url, "rita@oakfield.example")
        log_request(rita)
        sign_in_by_form(tess, live_server.url, "tess@alder.example")
        tess.get_by_role("link", name="Queue", exact=True).click()
        tess.get_by_role("link", name="The projector is broken").click()
        tess.get_by_label("Your answer to the school").fill("We come at ten.")
        tess.get_by_role("button", name="Send", exact=True).click()
        expect(tess.get_by_text("Sent.")).to_be_visible()
        rita.reload()
        expect(rita.get_by_text("We come at ten.")).to_be_visible()


def test_a_technician_gives_a_ticket_to_a_colleague(
    browser: Browser, cast: Cast, live_server: LiveServer, monday: time_machine.Traveller
) -> None:
    """The form comes when it is opened; without script by a link."""
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    for with_script in (True, False):
        with open_page(browser, DESK, with_script=with_script) as tess:
            sign_in_by_form(tess, live_server.url, "tess@alder.example")
            tess.goto(f"{live_server.url}/alder/desk/tickets/{ticket.number}/")
            tess.get_by_text("Give it to somebody").click()
            if not with_script:
                tess.get_by_role("link", name="Open the form").first.click()
            tess.locator("select[name=assignee]").select_option("Theo" if with_script else "Tess")
            tess.get_by_role("button", name="Save the owner").click()
            expect(tess.get_by_text("owns it now.")).to_be_visible()


def test_a_technician_answers_with_the_keyboard_alone(
    browser: Browser, cast: Cast, live_server: LiveServer, monday: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope()):
        ticket = open_one(cast)
    with open_page(browser, DESK) as tess:
        tess.goto(f"{live_server.url}/account/login/")
        _tab_to(tess, "login")
        tess.keyboard.type("tess@alder.example")
        _tab_to(tess, "password")
        tess.keyboard.type(PASSWORD)
        tess.keyboard.press("Enter")
        tess.wait_for_url("**/alder/desk/")
        tess.keyboard.press("Tab")
        expect(tess.locator(".skip-link")).to_be_focused()
        _tab_to(tess, "Queue")
        tess.keyboard.press("Enter")
        tess.wait_for_url("**/queue/**")
        tess.keyboard.press("Tab")
        tess.keyboard.press("Enter")
        expect(tess.locator("#main")).to_be_focused()
        _tab_to(tess, "No internet")
        tess.keyboard.press("Enter")
        tess.wait_for_url("**/tickets/**")
        _tab_to(tess, "text")
        tess.keyboard.type("We are on our way.")
        _tab_to(tess, "Send")
        tess.keyboard.press("Enter")
        expect(tess.locator("#messages")).to_contain_text("Sent.")
        tess.wait_for_load_state()
        tess.keyboard.press("?")
        expect(tess.locator("#shortcuts")).to_be_visible()
        expect(tess.locator("#shortcuts dd").first).not_to_be_empty()
        tess.keyboard.press("Escape")
        expect(tess.locator("#shortcuts")).to_be_hidden()
    with open_scope(cast.staff_scope()):
        assert Message.objects.get(ticket=ticket, direction=Direction.OUTGOING).is_first_response
        assert Ticket.objects.get(pk=ticket.pk).response_clock is not None


def _tab_to(page: Page, words: str, *, at_most: int = 60) -> None:
    """Press Tab until the focus is on something so named; it must be seen at every stop."""
    for _ in range(at_most):
        if page.evaluate(FOCUSED).strip() == words:
            return
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body"):
            assert page.evaluate(RING), page.evaluate("document.activeElement.outerHTML")[:300]
    raise AssertionError(f"Tab does not reach {words}")
