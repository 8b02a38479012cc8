"""Every component, on a phone and a desk, in light and dark."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_accessible, faults_in_every_look

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.urls"), pytest.mark.rule("Y9")]

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.fixture
def styleguide(page: Page, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/styleguide/")
    return page


def test_components_are_accessible_in_every_look(styleguide: Page) -> None:
    found = faults_in_every_look(styleguide, "styleguide")
    assert not found, "\n".join(found)


def test_focus_goes_to_the_problem_summary(styleguide: Page) -> None:
    expect(styleguide.locator(".error-summary")).to_be_focused()


def test_a_problem_links_to_its_field(styleguide: Page) -> None:
    styleguide.locator(".error-summary a", has_text="Who is affected?").click()
    expect(styleguide.locator("#id_broken-level_0")).to_be_focused()


def test_skip_link_comes_first_and_leads_to_the_content(styleguide: Page) -> None:
    styleguide.evaluate("document.activeElement.blur()")
    styleguide.reload()
    styleguide.evaluate("document.activeElement.blur()")
    skip = styleguide.locator(".skip-link")
    skip.focus()
    expect(skip).to_be_visible()
    skip.press("Enter")
    expect(styleguide.locator("#main")).to_be_focused()


def test_theme_is_kept_by_the_server(styleguide: Page) -> None:
    page = styleguide.locator("html")
    light = styleguide.evaluate(BACKGROUND)
    styleguide.locator(".desk__side summary").click()
    with styleguide.expect_response("**/appearance/"):
        styleguide.locator(".desk__side button[value=dark]").click()
    # It waits: without the script it is the next page that is dark.
    expect(page).not_to_have_css("background-color", light)
    styleguide.reload()
    expect(page).to_have_attribute("data-theme", "dark")
    expect(page).not_to_have_css("background-color", light)


def test_question_mark_lists_the_keys(styleguide: Page) -> None:
    styleguide.evaluate("document.activeElement.blur()")
    styleguide.keyboard.press("?")
    expect(styleguide.locator("#shortcuts")).to_be_visible()
    expect(styleguide.locator("#shortcuts dd").first).not_to_be_empty()
    assert_accessible(styleguide)


def test_switched_off_keys_stay_off(styleguide: Page) -> None:
    styleguide.evaluate("document.activeElement.blur()")
    styleguide.keyboard.press("?")
    with styleguide.expect_response(lambda answer: answer.request.method == "POST"):
        styleguide.get_by_label("Use single keys").uncheck()
    styleguide.get_by_role("button", name="Close").click()
    styleguide.reload()
    styleguide.evaluate("document.activeElement.blur()")
    styleguide.keyboard.press("?")
    expect(styleguide.locator("#shortcuts")).to_be_hidden()


def test_exact_time_shows_on_focus(styleguide: Page) -> None:
    moment = styleguide.locator("#times time").first
    moment.focus()
    styleguide.keyboard.press("Shift+Tab")
    styleguide.keyboard.press("Tab")
    expect(moment.locator(".when__exact")).to_have_text(
        "Monday 23 November 2026 at 08:30:00 GMT (Europe/London)"
    )
    expect(moment.locator(".when__exact")).to_be_visible()
