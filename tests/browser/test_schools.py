"""Somebody with two schools compares them and goes from one to the other, by keys and on a phone (Rule I6)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.services import contact_create
from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, assert_accessible
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("I6")]


def test_from_school_to_school(
    cast: Cast, enter: Callable[..., Page], monday: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope(name="ada")):
        hillside = cast.customer("hillside")
        contact_create(customer=hillside, name="Ian", email="ian@oakfield.example", nominated=True)
        open_one(cast, who="ian", subject="Projector in room 4")
        open_one(cast, who="ian", school="hillside", subject="Tablet does not charge")
    page = enter("ian", "/", LOOKS[0])  # where sign-in leads
    expect(page.get_by_role("heading", name="All my schools")).to_be_visible()
    expect(page.get_by_role("link", name="Tablet does not charge")).to_be_visible()
    assert_accessible(page)
    page.locator("summary", has_text="All my schools").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(
        page.get_by_role("navigation", name="Choose a school").get_by_role("link", name="Hillside")
    ).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Tablet does not charge")).to_be_visible()
    expect(page.get_by_role("link", name="Projector in room 4")).to_have_count(0)
