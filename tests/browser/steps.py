"""Steps that several journeys share."""

import re

from django.urls import reverse
from playwright.sync_api import FilePayload, Page

from tests.cast import PASSWORD


def sign_in_by_form(page: Page, url: str, email: str) -> None:
    """Through the page of signing in, to the first page of that person."""
    page.goto(url + reverse("account_login"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def log_request(page: Page) -> None:
    """From the first page of the portal to the request that was sent, with a photo."""
    page.get_by_role("main").get_by_role("link", name="Tell us what is wrong").click()
    page.get_by_role("radio").first.check()
    page.wait_for_load_state("networkidle")  # its questions and what is covered move the button further down
    page.get_by_label("In a few words").fill("The projector is broken")
    page.get_by_label("What happens, and since when?").fill("Room 12: dark since this morning.")
    page.locator("input[name=level]").nth(2).check()
    picture: FilePayload = {"name": "screen.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
    page.get_by_label("Photos or files").set_input_files([picture])
    page.get_by_role("button", name="Send").click()
    # Sent, not only pressed: what others open next must show it.
    page.wait_for_url(re.compile(r"/requests/\d+/$"))
