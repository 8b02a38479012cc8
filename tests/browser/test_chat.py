"""A chat from both sides, each in a browser of their own, live."""

from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import Page, expect

from accounts.tenancy.scope import open_scope
from tests.browser.pages import assert_accessible
from tests.cast import Cast
from tickets.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.rule("I4", "Y9")]


def say(page: Page, words: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("log")).to_contain_text(words)


def test_a_teacher_and_a_technician_talk(
    enter: Callable[..., Page], monday: time_machine.Traveller, cast: Cast
) -> None:
    desk = enter("tess", "/alder/desk/chat/")
    desk.get_by_role("button", name="Take chats").click()
    teacher = enter("rita", "/alder/portal/chat/")
    teacher.get_by_label("What can we help you with?").fill("The projector is dark")
    teacher.get_by_role("button", name="Start the chat").click()
    expect(teacher.get_by_text("You are in the queue.")).to_be_visible()
    desk.get_by_role("navigation", name="Chats").get_by_text(
        "Rita"
    ).click()  # it came without loading the page
    desk.get_by_role("button", name="Take this chat").click()
    expect(teacher.get_by_text("You are talking to Tess.")).to_be_visible()
    desk.get_by_label("Your message").press_sequentially("Is the cable in?", delay=250)
    expect(teacher.get_by_text("The technician is typing …")).to_be_visible()
    say(desk, "Is the cable in?")
    expect(teacher.get_by_role("log")).to_contain_text("Is the cable in?")
    expect(desk.get_by_text("Read", exact=True)).to_be_visible()
    say(teacher, "Yes, it is <b>in</b>")
    expect(desk.get_by_role("log")).to_contain_text("Yes, it is <b>in</b>")
    for page in (desk, teacher):
        assert_accessible(page)
    desk.get_by_text("Open a ticket of it").click()
    desk.get_by_role("button", name="Open the ticket").click()
    expect(teacher.get_by_role("log")).to_contain_text("Kept as request")
    say(teacher, "Thank you")
    teacher.get_by_role("button", name="End the chat").click()
    expect(teacher.get_by_role("link", name="Follow the request it became")).to_be_visible()
    expect(desk.get_by_text("The visitor has ended this chat.")).to_be_visible()
    with open_scope(cast.staff_scope()):
        said = Message.objects.filter(direction__in=["in", "out"]).order_by("at", "id")
        assert list(said.values_list("text", flat=True)) == [
            "The projector is dark",
            "Is the cable in?",
            "Yes, it is <b>in</b>",
            "Thank you",
        ]
