"""Two people at the desk at the same time, each in a browser of their own: they see one another, and what changes."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, faults_of, take_look
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]


def test_two_on_one_ticket_see_each_other_and_what_comes_in(
    cast: Cast, monday: time_machine.Traveller, enter: Callable[..., Page]
) -> None:
    with open_scope(cast.staff_scope()):
        number = open_one(cast).number
    path = f"/alder/desk/tickets/{number}/"
    queue = enter("lena", "/alder/desk/queue/")
    tess, theo = enter("tess", path), enter("theo", path)
    present = tess.locator(".present")
    expect(present).to_have_text("Theo is looking.")
    theo.get_by_label("Your answer to the school").press_sequentially("I restarted the switch")
    expect(present).to_have_text("Theo is replying.")
    expect(queue.get_by_role("row").filter(has_text="No internet")).to_contain_text("Theo is replying.")
    tess.get_by_label("Your answer to the school").fill("My careful words")
    tess.locator("#do-wait summary").click()
    take_look(tess, LOOKS[0])  # on a telephone
    assert faults_of(tess) == []
    take_look(tess, LOOKS[-2])
    theo.get_by_role("button", name="Send", exact=True).click()
    expect(theo.get_by_text("Sent.")).to_be_visible()
    bar = tess.locator(".arrivals__box")
    expect(bar).to_contain_text("Theo replied just now")
    assert faults_of(tess) == []
    bar.get_by_role("link", name="Show").click()
    expect(tess.locator("#conversation").get_by_text("I restarted the switch")).to_be_visible()
    expect(tess.locator("article:focus")).to_contain_text("I restarted the switch")
    expect(bar).to_have_count(0)
    expect(tess.get_by_label("Your answer to the school")).to_have_value("My careful words")
    expect(tess.locator("#do-wait")).to_have_attribute("open", "")
    tess.get_by_role("button", name="Send", exact=True).click()  # not stopped: what came in was shown
    expect(tess.get_by_text("Sent.")).to_be_visible()
    tess.goto(tess.url.split("/tickets/")[0] + "/queue/")
    expect(theo.locator(".present")).to_have_text("")  # gone at once, not after its time
    assert faults_of(queue) == []


def test_a_queue_that_changes_waits_for_whoever_works_in_it(
    cast: Cast, monday: time_machine.Traveller, enter: Callable[..., Page]
) -> None:
    with open_scope(cast.staff_scope()):
        open_one(cast, subject="The first")
    page = enter("tess", "/alder/desk/queue/")
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(1)
    box = rows.get_by_role("checkbox")
    box.check()
    place = box.bounding_box()
    with open_scope(cast.staff_scope()):
        open_one(cast, subject="The second")
    bar = page.locator(".arrivals__box")
    expect(bar).to_contain_text("1 ticket has changed")
    expect(page.get_by_role("link", name="All open")).to_contain_text("2")  # the counts are true at once
    expect(rows).to_have_count(1)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    assert box.bounding_box() == place
    assert faults_of(page) == []
    bar.get_by_role("button", name="Show").click()
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="The first").get_by_role("checkbox")).to_be_checked()
    expect(page.locator("[data-bulk-told]")).to_have_text("1 ticket chosen")
    expect(bar).to_be_hidden()
    rows.filter(has_text="The first").get_by_role("checkbox").uncheck()
    page.get_by_role("heading", level=1).hover()
    page.evaluate("document.activeElement.blur()")
    with open_scope(cast.staff_scope()):
        open_one(cast, subject="The third")
    expect(rows).to_have_count(3)  # nobody works in the list
    expect(bar).to_be_hidden()
