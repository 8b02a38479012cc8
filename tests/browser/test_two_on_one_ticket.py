"""Two colleagues in two browsers on one ticket: nothing that was typed is lost, and nobody answers blindly."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import LOOKS, faults_of, take_look
from tests.cast import Cast
from tests.tickets.test_opening import open_one

pytestmark = pytest.mark.browser


def test_a_reply_waits_for_what_the_colleague_did_and_a_draft_outlives_the_machine(
    cast: Cast, monday: time_machine.Traveller, enter: Callable[..., Page]
) -> None:
    with open_scope(cast.staff_scope()):
        number = open_one(cast).number
    path = f"/alder/desk/tickets/{number}/"
    tess, theo = enter("tess", path), enter("theo", path)
    tess.get_by_label("Your answer to the school").fill("My careful words")
    expect(tess.locator("#answer-form [data-draft-state]")).to_have_text("Kept as a draft")
    theo.get_by_label("Your answer to the school").fill("I restarted the switch")
    theo.get_by_role("button", name="Send", exact=True).click()
    expect(theo.get_by_text("Sent.")).to_be_visible()

    tess.get_by_label("Your answer to the school").fill("My careful words, and more")
    tess.get_by_role(
        "button", name="Take it"
    ).click()  # another form of the page, within the second of the draft
    expect(tess.get_by_role("heading", name="This has not been done yet")).to_be_visible()
    expect(tess.get_by_text("I restarted the switch")).to_be_visible()
    tess.get_by_role("link", name="Discard, and back to the ticket").click()
    expect(tess.get_by_label("Your answer to the school")).to_have_value("My careful words, and more")

    theo.get_by_label("Your answer to the school").fill("One more thing")
    theo.get_by_role("button", name="Send", exact=True).click()
    expect(theo.get_by_text("Sent.")).to_be_visible()
    tess.get_by_role("button", name="Send", exact=True).click()
    expect(tess.get_by_role("heading", name="Your answer has not been sent yet")).to_be_visible()
    take_look(tess, LOOKS[0])  # on a telephone
    assert faults_of(tess) == []
    elsewhere = enter("tess", "/alder/desk/queue/")
    expect(elsewhere.get_by_role("table").get_by_text("My draft")).to_be_visible()
    elsewhere.get_by_role("link", name="No internet").click()
    expect(elsewhere.get_by_label("Your answer to the school")).to_have_value("My careful words, and more")
    tess.get_by_role("button", name="Send it as it stands here").click()
    expect(tess.get_by_text("Sent.")).to_be_visible()
    tess.goto(tess.url.split("/tickets/")[0] + "/queue/")
    expect(tess.get_by_role("table").get_by_text("My draft")).not_to_be_visible()
