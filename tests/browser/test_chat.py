"""A chat from both sides, each in a browser of their own, live."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tenancy.scope import open_scope
from chat.models import Chat
from chat.services.conversation import chat_answer, chat_take
from chat.services.desk import chat_settings_save, presence_set
from delivery.models import OutboundMail
from tests.browser.pages import LOOKS, assert_accessible, open_page
from tests.cast import Cast
from tickets.models import Message

pytestmark = [pytest.mark.browser, pytest.mark.rule("I4", "Y9")]


def say(page: Page, words: str) -> None:
    box = page.get_by_label("Your message")
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_role("log")).to_contain_text(words)


PHOTO: Any = {"name": "cable.png", "mimeType": "image/png", "buffer": b"a picture of the cable"}


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
    teacher.get_by_label("Send files").set_input_files(PHOTO)
    teacher.get_by_role("button", name="Send", exact=True).click()
    with desk.expect_download() as kept:
        desk.get_by_role("log").get_by_role("link", name="cable.png").click()
    assert kept.value.suggested_filename == "cable.png"
    expect(teacher.get_by_role("list", name="Files to send")).to_have_count(0)  # empty again
    for page in (desk, teacher):
        assert_accessible(page)
    desk.get_by_label("Your message").fill("Not sent yet")
    desk.get_by_text("Open a ticket of it").click()
    desk.get_by_role("button", name="Open the ticket").click()
    expect(teacher.get_by_role("log")).to_contain_text("Kept as request")
    expect(desk.get_by_label("Your message")).to_have_value("Not sent yet")
    say(teacher, "Thank you")
    teacher.get_by_role("button", name="It is solved").click()
    expect(teacher.get_by_role("link", name="Follow the request it became")).to_be_visible()
    expect(desk.get_by_text("The visitor has ended this chat.")).to_be_visible()
    with open_scope(cast.staff_scope()):
        said = Message.objects.filter(direction__in=["in", "out"]).order_by("at", "id")
        assert list(said.values_list("text", flat=True)) == [
            "The projector is dark",
            "Is the cable in?",
            "Yes, it is <b>in</b>",
            "Sent: cable.png",
            "Thank you",
        ]


PAGE = "<!DOCTYPE html><html lang=en><title>Our site</title><h1>Our site</h1><script src='{}' async></script>"


@contextmanager
def site_with(script: str) -> Iterator[str]:
    """A provider's own site with the script on it; its origin."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.format(script).encode())

        def log_message(self, *words: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_button_on_a_providers_site(
    browser: Browser, live_server: LiveServer, monday: time_machine.Traveller, cast: Cast
) -> None:
    script = f"{live_server.url}/alder/chat/widget.js"
    with site_with(script) as site, open_page(browser, LOOKS[-2]) as page:
        with open_scope(cast.staff_scope(name="ada")):
            chat_settings_save(is_on=True, sites=[site])
            presence_set(person=cast.person("tess"), takes_chats=True)
        page.goto(f"{site}/help/")
        button = page.get_by_role("button", name="Chat with us")
        expect(button).to_be_visible()
        button.press("Enter")
        frame = page.frame_locator("iframe")
        frame.get_by_label("Your name").fill("Rita")
        frame.get_by_label("Your school's e-mail address").fill("rita@oakfield.example")
        frame.get_by_label("Your school's e-mail address").press("Enter")
        expect(frame.get_by_label("Code from the mail")).to_be_focused()
        with open_scope(cast.staff_scope()):
            code = re.findall(r"\d{6}", OutboundMail.objects.get().text)[0]
        frame.get_by_label("Code from the mail").fill(code)
        frame.get_by_label("Code from the mail").press("Enter")
        frame.get_by_label("What can we help you with?").fill("The projector is dark")
        frame.get_by_role("button", name="Send").click()
        expect(frame.get_by_role("log")).to_contain_text("The projector is dark")
        expect(frame.get_by_label("Your message")).to_be_focused()
        with open_scope(cast.staff_scope(name="tess")):
            chat = Chat.objects.get()
            chat_take(chat=chat, person=cast.person("tess"))
            chat_answer(chat=chat, author=cast.person("tess"), text="Is the cable in?", key=str(uuid4()))
        expect(frame.get_by_role("log")).to_contain_text("Is the cable in?")
        frame.get_by_label("Send files").set_input_files(PHOTO)
        frame.get_by_role("button", name="Send", exact=True).click()
        with page.expect_download() as kept:
            frame.get_by_role("link", name="cable.png").click()
        assert kept.value.suggested_filename == "cable.png"
        frame.get_by_label("Your message").press("Escape")
        expect(page.locator("iframe")).to_be_hidden()
        expect(page.get_by_role("button", name="Chat with us")).to_be_focused()
        # The same frame as a page of its own, for only so it can be examined.
        page.goto(f"{live_server.url}/alder/chat/frame/")
        assert_accessible(page)
