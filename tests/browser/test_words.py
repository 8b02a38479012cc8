"""An administrator gives the reply words of their own, looking at them before they hold."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import LOOKS, open_page, sign_in
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.rule("I3", "T1")]


def test_words_are_written_tried_and_saved(
    browser: Browser, live_server: LiveServer, signed_in: Callable[[str], Client], cast: Cast
) -> None:
    with open_page(browser, LOOKS[0]) as page:
        sign_in(page, signed_in("ada"), live_server.url)
        page.goto(f"{live_server.url}/alder/settings/words/")
        page.get_by_role("link", name="Reply", exact=True).click()
        text = page.get_by_label("Text", exact=True)
        text.fill("**Dear** {{ person.first_name }},\n\n{{ message.text }}\n\n{{ ticket.link }}\n\n")
        page.get_by_role("button", name="{{ ticket.reference }}").click()
        expect(text).to_have_value(
            "**Dear** {{ person.first_name }},\n\n{{ message.text }}\n\n{{ ticket.link }}\n\n{{ ticket.reference }}"
        )
        page.get_by_role("button", name="Preview").click()
        frame = page.frame_locator("iframe.mail-preview")
        expect(frame.locator("strong", has_text="Dear")).to_be_visible()
        # The policy lets the mail's own style in: the bar in the provider's colour is drawn.
        assert frame.locator(".mail").evaluate("it => getComputedStyle(it).borderTopWidth") == "4px"
        expect(page.locator("pre").first).to_contain_text("Dear Rita,")
        expect(page.get_by_role("heading", name="Preview")).to_be_focused()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("From now on your mail says so.")).to_be_visible()
        page.get_by_role("link", name="All mail").click()
        expect(page.get_by_text("Your words")).to_be_visible()
