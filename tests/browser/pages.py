"""What every browser test asks of a page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

PHONE, DESK = (360, 780), (1440, 900)
SCREENSHOTS = settings.ROOT / "var" / "screenshots"


# Axe leaves the size of targets (WCAG 2.2, 2.5.8) out unless asked. It would fetch every stylesheet again for a rule on
# the turning of phones that it leaves out as well.
QUICK = {"resultTypes": ["violations"], "preload": False}
AXE = {**QUICK, "rules": {"target-size": {"enabled": True}}}
COLOURS = {**QUICK, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
# The theme has arrived, and no colour is on its way to another: an end may begin the next, of what inherits it.
SETTLED = """async (dark) => {
  const frame = () => new Promise(requestAnimationFrame);
  const moving = () => document.getAnimations().filter((one) => one.playState === "running");
  while (matchMedia("(prefers-color-scheme: dark)").matches !== dark) await frame();
  do {
    await frame();
    await frame();
    await Promise.allSettled(moving().map((one) => one.finished));
  } while (moving().length);
}"""
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


class Look(NamedTuple):
    """A size of window and a theme."""

    width: int
    height: int
    theme: str

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}"


LOOKS = [Look(*size, theme) for size in (PHONE, DESK) for theme in ("light", "dark")]


@contextmanager
def open_page(browser: Browser, look: Look, *, with_script: bool = True) -> Iterator[Page]:
    """A page of its own session, which must raise no script error and break no content policy."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        java_script_enabled=with_script,
    )
    page = context.new_page()
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A form comes back as 422 with its problems, as 409 with what came in between: Chromium calls both errors.
        if message.type == "error" and not any(f"status of {code}" in message.text for code in (422, 409)):
            problems.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, problems


def assert_accessible(page: Page) -> None:
    """No violation that axe-core knows (WCAG 2.2 AA, best practice) and no sideways scrolling (1.4.10)."""
    page.wait_for_load_state("load")  # else a page is measured whose last stylesheet is still on its way
    results = Axe().run(page, options=AXE)
    assert results.violations_count == 0, results.generate_report()
    overflow = page.evaluate(OVERFLOW)
    assert overflow <= 0, f"the page is {overflow} px wider than its window"


def keep_screenshot(page: Page, name: str, look: Look) -> None:
    """The whole page as var/screenshots/<name>-<look>.png, for people to look at, where SCREENSHOTS is set."""
    if not os.environ.get("SCREENSHOTS"):
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.screenshot(path=SCREENSHOTS / f"{name}-{look}.png", full_page=True)


def sign_in(page: Page, client: Client, url: str) -> None:
    """Give the page the session of a client that has signed in already."""
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])


def take_look(page: Page, look: Look) -> None:
    """Change the window and the system's theme of a page that is open, without loading it again."""
    page.set_viewport_size({"width": look.width, "height": look.height})
    page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
    page.evaluate(SETTLED, look.theme == "dark")  # else axe may measure a colour halfway through its change


def faults_in_every_look(page: Page, name: str) -> list[str]:
    """What is wrong with a page that is open, on phone and desk, in light and dark, without loading it again."""
    found = []
    for look in LOOKS:
        take_look(page, look)
        # What is there and how it is laid out does not depend on the theme; colours do.
        found += [f"{name} {look}: {fault}" for fault in faults_of(page, only_colours=look.theme == "dark")]
        keep_screenshot(page, name, look)
    return found


def faults_of(page: Page, *, only_colours: bool = False) -> list[str]:
    """What is wrong with the page in its present look, in words; `only_colours` where the layout was seen before."""
    if not page.evaluate("'axe' in window"):  # half a megabyte: once for each page, not for each look
        page.evaluate(AXE_SCRIPT)
    found = [
        f"{violation['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][-160:]}"
        for violation in page.evaluate("(options) => axe.run(options)", COLOURS if only_colours else AXE)[
            "violations"
        ]
        for node in violation["nodes"][:3]
    ]
    overflow = page.evaluate(OVERFLOW)
    if overflow > 0:
        found.append(f"is {overflow} px wider than its window")
    headings = page.locator("h1").count()
    if headings != 1:
        found.append(f"has {headings} first headings")
    return found
