"""The account pages of allauth in our clothes: accessible and within the content policy."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import Look, assert_accessible, keep_screenshot

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.urls"), pytest.mark.rule("T4", "Y9")]

EMAIL, PASSWORD = "amina@oakfield.example", "a long pass phrase"
PAGES = (
    "2fa",
    "2fa/totp/activate",
    "2fa/webauthn",
    "2fa/webauthn/add",
    "sessions",
    "password/change",
    "reauthenticate",
    "logout",
)


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer) -> Page:
    get_user_model().objects.create_user(email=EMAIL, password=PASSWORD)
    page.goto(f"{live_server.url}/account/login/?next=/styleguide/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Style guide")).to_be_visible()
    return page


def test_account_pages_are_accessible_in_every_look(
    signed_in: Page, live_server: LiveServer, look: Look
) -> None:
    for name in PAGES:
        signed_in.goto(f"{live_server.url}/account/{name}/")
        if "Confirm Access" in signed_in.title() and name != "reauthenticate":
            signed_in.get_by_label("Password").fill(PASSWORD)
            signed_in.get_by_role("button", name="Confirm").click()
        keep_screenshot(signed_in, f"account-{name.replace('/', '-')}", look)
        assert_accessible(signed_in)


@pytest.mark.parametrize("name", ["login", "login/code", "password/reset", "signup"])
def test_pages_before_sign_in_are_accessible(
    page: Page, live_server: LiveServer, look: Look, name: str
) -> None:
    page.goto(f"{live_server.url}/account/{name}/")
    assert_accessible(page)


def test_a_wrong_password_is_explained(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)


def test_the_passkey_script_of_allauth_runs_under_the_content_policy(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/account/login/")
    assert page.evaluate("typeof window.allauth.webauthn.forms.loginForm") == "function"
