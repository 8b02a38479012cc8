"""A form that is unfolded while the page still loads its scripts comes all the same (Rule Y9)."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, Route, expect

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]


def test_unfolded_before_the_scripts_came(
    cast: Cast, enter: Callable[..., Page], monday: time_machine.Traveller
) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
        ticket = open_one(cast)
    page = enter("tess", "/alder/desk/queue/")
    held: list[Route] = []
    page.route("**/htmx*.js", lambda route: held.append(route))
    page.goto(page.url.replace("queue/", f"tickets/{ticket.number}/"), wait_until="commit")
    page.get_by_text("Merge into another", exact=False).click()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()
