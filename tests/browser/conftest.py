"""Chromium for the tests: the system's own, started once."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import LOOKS, Look, open_page, sign_in

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=15_000)  # for a machine that is busy; what is there already is not waited for
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium on this machine: none of {', '.join(NAMES)} is installed")
    # Playwright's synchronous interface runs a loop in this thread; Django would refuse the database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=LOOKS, ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    """Phone and desk, light and dark: ask for it and the test runs in each look."""
    chosen: Look = request.param
    return chosen


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page in the test's ``look``, a desk in light by default; script and policy errors fail it."""
    wanted = request.getfixturevalue("look") if "look" in request.fixturenames else LOOKS[-2]
    with open_page(browser, wanted) as opened:
        yield opened


@pytest.fixture
def monday(live_server: LiveServer) -> Iterator[time_machine.Traveller]:
    """It is Monday 23 November 2026, nine o'clock, and time goes on; move it with `move_to`."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=True) as traveller:
        yield traveller


@pytest.fixture
def enter(
    browser: Browser, live_server: LiveServer, signed_in: Callable[[str], Client]
) -> Iterator[Callable[..., Page]]:
    """Open an address as somebody of the cast who has signed in, each in a browser of their own."""
    with ExitStack() as stack:

        def open_as(name: str, path: str, look: Look = LOOKS[-2]) -> Page:
            page = stack.enter_context(open_page(browser, look))
            sign_in(page, signed_in(name), live_server.url)
            page.goto(live_server.url + path)
            return page

        yield open_as
