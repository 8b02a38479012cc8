"""Answers while a school types: shown under a form that keeps what was written, and ended without a request."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from knowledge.models import ArticleVerdict, NoticeTicket
from tests.browser.knowledge_scene import knowledge_keys
from tests.browser.pages import LOOKS, Look, assert_accessible, keep_screenshot
from tests.cast import Cast
from tests.knowledge.notice_making import published
from tests.tickets.test_opening import open_one
from tickets.models import Ticket

pytestmark = pytest.mark.browser

TITLE = "The printer says there is a paper jam"


@pytest.mark.rule("I6", "Y5")
def test_an_article_that_answers_ends_without_a_request(cast: Cast, enter: Callable[..., Page]) -> None:
    with open_scope(cast.scope("lena")):
        knowledge_keys(cast)
    page = enter("rita", "/alder/portal/requests/new/", LOOKS[0])
    found = page.locator("#known-answers")
    page.get_by_label("In a few words").press_sequentially("papper jam in the office")  # as people type it
    expect(found.get_by_text(TITLE).first).to_be_visible()
    expect(page.get_by_label("In a few words")).to_be_focused()
    found.get_by_text("Read all of it").click()
    expect(found.get_by_text("rear door and the front tray")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("In a few words").fill("Loud birds")
    expect(found.get_by_text(TITLE)).to_have_count(0)
    page.get_by_label("In a few words").fill("Paper jam")
    found.get_by_role("button", name="This answered my question").click()
    expect(page.get_by_text("Nothing was sent to us.")).to_be_visible()
    with open_scope(cast.staff_scope()):
        assert [one.verdict for one in ArticleVerdict.objects.all()] == ["solved"]
        assert not Ticket.objects.exists()


@pytest.mark.rule("Y5")
@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-2]], ids=str, indirect=True)
def test_the_short_answer_goes_into_the_reply_at_the_cursor(
    cast: Cast, enter: Callable[..., Page], look: Look
) -> None:
    with open_scope(cast.scope("lena")):
        knowledge_keys(cast)
        number = open_one(cast, subject="Paper jam in the office").number
    page = enter("tess", f"/alder/desk/tickets/{number}/", look)
    answer = page.get_by_label("Your answer to the school")
    answer.fill("Good morning,\n\nKind regards")
    answer.evaluate("area => area.setSelectionRange(15, 15)")  # before 'Kind regards'
    page.get_by_role("button", name="Put it into the answer").click()
    expect(answer).to_be_focused()
    typed = answer.input_value()
    assert typed.startswith("Good morning,\n\nOpen the rear door first.\n\nAll of it, step by step: http")
    assert typed.endswith("/\n\nKind regards")
    page.get_by_role("heading", name="Articles that fit").scroll_into_view_if_needed()
    keep_screenshot(page, "ticket-articles", look)
    assert_accessible(page)


@pytest.mark.rule("I6", "Y4")
@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-2]], ids=str, indirect=True)
def test_a_known_problem_is_joined_with_one_press_and_the_enter_key_sends_the_request(
    cast: Cast, enter: Callable[..., Page], look: Look, monday: time_machine.Traveller
) -> None:
    published(cast)
    page = enter("rita", "/alder/portal/", look)
    expect(page.get_by_role("heading", name="What we know of")).to_be_visible()
    keep_screenshot(page, "notices-home", look)
    assert_accessible(page)
    page.goto(page.url + "requests/new/")
    page.get_by_label("In a few words").fill("No Wi-Fi in room 4")
    page.get_by_label("In a few words").press(
        "Enter"
    )  # presses 'Send', and the browser asks for what is missing
    expect(page.get_by_label("What happens, and since when?")).to_be_visible()
    assert page.url.endswith("/requests/new/")
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()
    keep_screenshot(page, "notices-new", look)
    assert_accessible(page)
    page.locator("#known-problems").get_by_role("button", name="Yes, this is my problem").click()
    expect(page.get_by_text("We have your request")).to_be_visible()
    with open_scope(cast.staff_scope()):
        assert NoticeTicket.objects.get().ticket.subject == "No Wi-Fi in room 4"
