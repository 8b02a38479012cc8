"""A school lets a colleague follow a request; the colleague stops it by the link in a mail (Rule I6)."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, assert_accessible, keep_screenshot, take_look
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.references import stop_link

pytestmark = [pytest.mark.browser, pytest.mark.rule("I6")]
Enter = Callable[..., Page]


def test_a_colleague_follows_and_stops(cast: Cast, monday: time_machine.Traveller, enter: Enter) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        link = urlsplit(stop_link(cast.provider(), ticket, cast.person("remy"))).path
    rita = enter("rita", f"/alder/portal/requests/{ticket.number}/", LOOKS[0])
    rita.get_by_text("Let a colleague follow it").click()
    rita.get_by_label("School e-mail address of a colleague").fill("remy@oakfield.example")
    assert_accessible(rita)
    rita.get_by_role("button", name="Let them follow it").click()
    expect(rita.get_by_role("button", name="End for Remy")).to_be_visible()
    assert_accessible(rita)
    keep_screenshot(rita, "followers-portal", LOOKS[0])

    tess = enter("tess", f"/alder/desk/tickets/{ticket.number}/", LOOKS[2])
    panel = tess.get_by_role("region", name="Who follows it")
    expect(panel.get_by_text("Remy").first).to_be_visible()
    panel.get_by_role("button", name="Follow it").click()
    expect(tess.get_by_role("button", name="Stop following it")).to_be_visible()
    assert_accessible(tess)
    keep_screenshot(tess, "followers-desk", LOOKS[2])

    remy = enter("remy", link, LOOKS[0])
    expect(remy.get_by_role("heading", name="Stop following this request?")).to_be_visible()
    for look in LOOKS:
        take_look(remy, look)
        assert_accessible(remy)
        keep_screenshot(remy, "stop-following", look)
    remy.get_by_role("button", name="Stop following it").click()
    expect(remy.get_by_role("heading", name="You have stopped following it")).to_be_visible()
    assert_accessible(remy)
