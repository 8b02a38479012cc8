"""'How did we do?': by the mail's link on a phone, in the portal, and what the desk sees of it (rules I6, Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from satisfaction.links import link_token
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot, open_page
from tests.cast import Cast
from tests.satisfaction.scene import MAILED, asked, questions

pytestmark = [pytest.mark.browser, pytest.mark.rule("I6", "Y9")]
COMMENT = "Nobody called back, and it went dark again on the next morning."


def test_a_link_on_a_phone_and_the_desk_reads_the_answer(
    browser: Browser,
    live_server: LiveServer,
    cast: Cast,
    enter: Callable[..., Page],
    monday: time_machine.Traveller,
) -> None:
    question = asked(cast, subject="Projector in room 7 is dark")
    monday.move_to(MAILED)
    with open_page(browser, LOOKS[0]) as phone:
        phone.goto(f"{live_server.url}/alder/how-did-we-do/{link_token(question)}/?answer=poor")
        expect(phone.get_by_label("Poor")).to_be_checked()
        assert questions(cast)[0].answer == ""
        phone.get_by_label("Comment").fill(COMMENT)
        phone.get_by_role("button", name="Send the answer").click()
        expect(phone.get_by_text("We have your answer")).to_be_visible()
        assert_accessible(phone)
    manager = enter("cass", "/alder/desk/satisfaction/")
    expect(manager.get_by_text(COMMENT)).to_be_visible()
    assert_accessible(manager)
    manager.get_by_role("link", name="Projector in room 7 is dark").click()
    expect(manager.get_by_role("heading", name="How did we do?")).to_be_visible()
    expect(manager.get_by_text(COMMENT)).to_be_visible()
    assert_accessible(manager)


def test_the_portal_asks_on_the_closed_request(
    cast: Cast, enter: Callable[..., Page], monday: time_machine.Traveller, look: Look
) -> None:
    question = asked(cast, subject="Projector in room 7 is dark")
    monday.move_to(MAILED)
    page = enter("rita", f"/alder/portal/requests/{question.ticket.number}/", look)
    expect(page.get_by_role("heading", name="How did we do?")).to_be_visible()
    keep_screenshot(page, "satisfaction-portal", look)
    assert_accessible(page)
    page.get_by_label("All right").check()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()
    expect(page.get_by_text("Change your answer")).to_be_visible()
    keep_screenshot(page, "satisfaction-portal-answered", look)
    assert_accessible(page)


def test_the_page_behind_the_link_in_every_look(
    page: Page, live_server: LiveServer, cast: Cast, monday: time_machine.Traveller, look: Look
) -> None:
    question = asked(cast, subject="Projector in room 7 is dark")
    monday.move_to(MAILED)
    address = f"{live_server.url}/alder/how-did-we-do/{link_token(question)}/"
    page.goto(f"{address}?answer=good")
    expect(page.get_by_role("heading", name="How did we do?")).to_be_visible()
    keep_screenshot(page, "satisfaction-link", look)
    assert_accessible(page)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("We have your answer")).to_be_visible()
    keep_screenshot(page, "satisfaction-link-answered", look)
    assert_accessible(page)
    # Drawn by the server; Chromium itself would call the answer 404 a fault of the page.
    refused = Client().get("/alder/how-did-we-do/cut.off.link/").content
    page.route("**/cut.off.link/", lambda route: route.fulfill(body=refused, content_type="text/html"))
    page.goto(f"{live_server.url}/alder/how-did-we-do/cut.off.link/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    keep_screenshot(page, "satisfaction-link-refused", look)
    assert_accessible(page)
