"""A manager reads why a ticket came up, and tells the school what came of it, on a phone (rules S12, Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot
from tests.browser.relations_scene import review_made
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("S12", "Y9")]


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
def test_a_review_from_the_list_to_its_outcome(
    cast: Cast, enter: Callable[..., Page], monday: time_machine.Traveller, look: Look
) -> None:
    with open_scope(cast.staff_scope()):
        review_made(open_one(cast))
    page = enter("cass", "/alder/desk/reviews/?state=open&kind=ticket", look)
    expect(
        page.get_by_text("Open 61 working hours; 9 of 10 of this kind are fixed within 22")
    ).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "reviews", look)
    page.locator("tbody a").first.click()
    page.get_by_role("textbox", name="What was found").fill("A worn-out drive")
    page.get_by_label("Upgrade recommended").check()
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("link", name="Say it to the school.")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "review-problem", look)
    page.get_by_label("Words to the school").fill("We recommend a new laptop.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("heading", name="Outcome: Upgrade recommended")).to_be_visible()
    assert_accessible(page)
    keep_screenshot(page, "review-done", look)
