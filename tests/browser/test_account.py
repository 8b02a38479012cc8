"""The account pages of allauth in our clothes: accessible and within the content policy."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import assert_accessible, faults_in_every_look

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
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Style guide")).to_be_visible()
    return page


def test_account_pages_are_accessible_in_every_look(signed_in: Page, live_server: LiveServer) -> None:
    found = []
    for name in PAGES:
        signed_in.goto(f"{live_server.url}/account/{name}/")
        if "Confirm that it is you" in signed_in.title() and name != "reauthenticate":
            signed_in.get_by_label("Password").fill(PASSWORD)
            signed_in.get_by_role("button", name="Confirm").click()
            signed_in.wait_for_url(f"**/account/{name}/")
        found += faults_in_every_look(signed_in, f"account-{name.replace('/', '-')}")
    assert not found, "\n".join(found)


def test_pages_before_sign_in_are_accessible_in_every_look(page: Page, live_server: LiveServer) -> None:
    found = []
    for name in ("login", "login/code", "password/reset", "signup"):
        page.goto(f"{live_server.url}/account/{name}/")
        found += faults_in_every_look(page, f"account-{name.replace('/', '-')}")
    assert not found, "\n".join(found)


def test_a_wrong_password_is_explained(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)


def test_the_passkey_script_of_allauth_runs_under_the_content_policy(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/account/login/")
    assert page.evaluate("typeof window.allauth.webauthn.forms.loginForm") == "function"
