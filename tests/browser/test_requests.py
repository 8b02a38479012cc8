"""A new starter is asked for and the head teacher approves it, both on a phone (Rule I10)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.browser.pages import LOOKS

pytestmark = [pytest.mark.browser, pytest.mark.rule("I10")]
PHONE = LOOKS[0]


def test_a_head_teacher_approves_a_new_starter_on_a_phone(
    monday: time_machine.Traveller, enter: Callable[..., Page]
) -> None:
    rita = enter("rita", "/alder/portal/requests/new/", PHONE)
    rita.get_by_role("radio", name="A printer or copier").check()
    expect(
        rita.get_by_label("Which printer?")
    ).to_be_visible()  # the questions of what is broken come by themselves
    rita.get_by_role("link", name="New starter").click()
    rita.get_by_label("Full name").fill("Ann Example")
    rita.get_by_label("Role at the school").fill("Year 4 teacher")
    rita.get_by_label("First working day").fill("2026-12-01")
    rita.get_by_label("Needed by").fill("2026-11-30")
    rita.get_by_role("button", name="Send").click()
    expect(rita.get_by_text("We promise this by").first).to_be_visible()
    rita.get_by_label("Why is it urgent?").fill("She starts the day after")
    rita.get_by_role("button", name="Send").click()
    expect(rita.locator("#messages")).to_contain_text("waits for approval by Bea, Ian or Rob")

    rob = enter("rob", "/alder/portal/", PHONE)
    rob.get_by_role("link", name="1 request waits for your approval").click()
    rob.get_by_role("link", name="New starter: Ann Example").click()
    expect(rob.get_by_text("She starts the day after")).to_be_visible()
    rob.get_by_role("button", name="Approve").click()
    expect(rob.locator("#messages")).to_contain_text("Approved. We work on it now.")
    rita.reload()
    expect(rita.get_by_text("Approved by Rob").first).to_be_visible()
    expect(rita.get_by_text("Reply promised by")).to_be_visible()
