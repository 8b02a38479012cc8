"""A mail with pictures, as Chromium shows it: its own are drawn, and nothing is asked of any other server."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Dialog, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, open_page, sign_in
from tests.cast import Cast
from tests.tickets.intake.mails import mail
from tests.tickets.intake.torture import SCRIPTS
from tests.tickets.test_pictures import received, with_pictures

pytestmark = [pytest.mark.browser, pytest.mark.rule("I1")]
# What was asked for by a mail that got past the cleaning would still be stopped by the page's policy.
HTML = (
    "<p>Look:</p><img src='cid:pic@oakfield.example' alt='the screen'>"
    "<img src='https://tracker.example/a.png'><img src='http://tracker.example/b.png'>"
    "<p style='background:url(https://tracker.example/c.png)'>x</p>"
)
DRAWN = "image => image.complete && image.naturalWidth > 0"


@pytest.mark.parametrize("is_cleaned", [True, False])
def test_own_pictures_are_drawn_and_nothing_is_fetched_from_elsewhere(
    browser: Browser,
    live_server: LiveServer,
    signed_in: Callable[[str], Client],
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    is_cleaned: bool,
) -> None:
    if not is_cleaned:  # the second wall, with the first taken away
        monkeypatch.setattr("tickets.intake.conversing.html_sanitise", lambda html: html)
        monkeypatch.setattr("tickets.views.files.pictures_placed", _placed_and_no_more)
    with open_scope(cast.staff_scope()):
        ticket = received(with_pictures(HTML))
    asked: list[str] = []
    page_of = open_page(browser, LOOKS[-2])
    try:
        with page_of as page:
            sign_in(page, signed_in("tess"), live_server.url)
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"{live_server.url}/alder/desk/tickets/{ticket.number}/")
            page.get_by_text("As it was written").click()
            picture = page.frame_locator("iframe.message__frame").get_by_alt_text("the screen")
            expect(picture).to_be_visible()
            assert picture.evaluate(DRAWN)
            page.wait_for_load_state("networkidle")
    except AssertionError as blocked:
        if is_cleaned or "tracker.example" not in str(blocked):  # the policy's own complaint, on the console
            raise
    assert any("/messages/" in url for url in asked)
    sent = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert not sent or (not is_cleaned and all("tracker.example" in url for url in sent))


def _placed_and_no_more(html: str, addresses: dict[str, str]) -> str:
    for content_id, address in addresses.items():
        html = html.replace(f"cid:{content_id}", address)
    return html


@pytest.mark.parametrize("is_cleaned", [True, False])
def test_scripts_forms_vectors_and_pixels_do_nothing(
    browser: Browser,
    live_server: LiveServer,
    signed_in: Callable[[str], Client],
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    is_cleaned: bool,
) -> None:
    if not is_cleaned:
        monkeypatch.setattr("tickets.intake.conversing.html_sanitise", lambda html: html)
        monkeypatch.setattr("tickets.views.files.pictures_placed", _placed_and_no_more)
    with open_scope(cast.staff_scope()):
        ticket = received(mail(html=SCRIPTS))
    asked: list[str] = []
    answered: list[str] = []
    ran: list[str] = []

    def noted(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    try:
        with open_page(browser, LOOKS[-2]) as page:
            sign_in(page, signed_in("tess"), live_server.url)
            page.on("request", lambda request: asked.append(request.url))
            page.on("response", lambda response: answered.append(response.url))
            page.on("dialog", noted)
            page.goto(f"{live_server.url}/alder/desk/tickets/{ticket.number}/")
            page.get_by_text("As it was written").click()
            frame = page.frame_locator("iframe.message__frame")
            expect(frame.get_by_text("It stays dark")).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert (
                frame.locator("script, form, iframe, svg, [onload], [onerror]").count() == 0 or not is_cleaned
            )
    except AssertionError as blocked:
        if is_cleaned or "x.example" not in str(blocked):  # the policy's own complaint, on the console
            raise
    ours = (live_server.url, "data:", "about:")
    assert any("/messages/" in url for url in answered)
    assert not ran
    assert not [url for url in answered if not url.startswith(ours)]
    assert not is_cleaned or not [url for url in asked if not url.startswith(ours)]
