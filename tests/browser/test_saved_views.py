"""A technician keeps what the queue is narrowed to, finds it as a tab, removes it and takes that back (Rule Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, assert_accessible
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]


def test_a_view_is_kept_and_taken_back(
    cast: Cast, enter: Callable[..., Page], monday: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
    page = enter("tess", "/alder/desk/queue/", LOOKS[0])
    page.get_by_text("Narrow the queue").click()  # folded away on a phone
    page.get_by_label("School", exact=True).select_option(label="Oakfield")
    page.wait_for_url("**customer=*")
    expect(page.get_by_role("link", name="Save this view")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Save this view").click()
    page.wait_for_url("**/views/new/**")
    assert_accessible(page)
    page.get_by_label("Name").fill("My Oakfield")
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("heading", name="My Oakfield")).to_be_visible()
    tab = page.get_by_role("link", name="My Oakfield 0 fine, 0 due soon, 1 missed")
    expect(tab).to_have_attribute("aria-current", "page")
    assert_accessible(page)
    page.get_by_role("link", name="Change My Oakfield").click()
    expect(page.get_by_role("button", name="Remove the view")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Remove the view").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="My Oakfield")).to_be_visible()
