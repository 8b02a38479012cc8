"""The words of the coverage answer go into what somebody is writing, and nothing that was written is lost (Rule P1)."""

import re
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, open_page
from tests.browser.steps import sign_in_by_form
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("P1")]


def test_the_words_go_in_at_the_cursor_and_without_script_at_the_end(
    browser: Browser,
    cast: Cast,
    live_server: LiveServer,
    monday: time_machine.Traveller,
    enter: Callable[..., Page],
) -> None:
    with open_scope(cast.staff_scope()):
        number = open_one(cast).number
    path = f"/alder/desk/tickets/{number}/"
    tess = enter("tess", path)
    answer = tess.get_by_label("Your answer to the school")
    answer.fill("Good morning,\n\nKind regards")
    answer.evaluate("area => area.setSelectionRange(15, 15)")  # before 'Kind regards'
    tess.get_by_role("button", name="Put the words into the answer").click()
    expect(answer).to_be_focused()
    typed = answer.input_value()
    assert typed.startswith("Good morning,\n\n")
    assert typed.endswith(".\n\nKind regards")
    said = typed.removeprefix("Good morning,\n\n").removesuffix("\n\nKind regards")
    expect(tess.locator("#coverage-check p", has_text=said)).to_be_visible()
    tess.keyboard.press("Control+z")
    expect(answer).to_have_value("Good morning,\n\nKind regards")
    tess.get_by_text("What is known").click()
    tess.get_by_label("What is it about?").select_option("sims")  # not noted yet, and to be sent all the same
    expect(tess.locator("#coverage-check")).to_contain_text("SIMS,")
    answer.fill("")
    tess.get_by_role("button", name="Put the words into the answer").click()
    expect(answer).to_have_value(re.compile("SIMS"))

    with open_page(browser, LOOKS[2], with_script=False) as theo:
        sign_in_by_form(theo, live_server.url, "theo@alder.example")
        theo.goto(live_server.url + path)
        answer = theo.get_by_label("Your answer to the school")
        answer.fill("Good morning,")
        theo.get_by_role("button", name="Put the words into the answer").click()
        expect(answer).to_have_value(f"Good morning,\n\n{said}")
