"""A manager reads why a ticket came up, and tells the school what came of it, on a phone (rules S12, Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests.browser.pages import LOOKS, assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.rule("S12", "Y9")]


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
def test_a_review_from_the_list_to_its_outcome(
    enter: Callable[..., Page], monday: time_machine.Traveller, look: object
) -> None:
    page = enter("cass", "/alder/desk/reviews/?state=open&kind=ticket", look)
    expect(
        page.get_by_text("Open 61 working hours; 9 of 10 of this kind are fixed within 22")
    ).to_be_visible()
    assert_accessible(page)
    page.locator("tbody a").first.click()
    page.get_by_label("What was found").fill("A worn-out drive")
    page.get_by_label("Upgrade recommended").check()
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_text("Say it to the school.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Words to the school").fill("We recommend a new laptop.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("heading", name="Outcome: Upgrade recommended")).to_be_visible()
    assert_accessible(page)
