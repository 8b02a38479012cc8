"""An administrator's first task in the settings."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from sla.models import Closure
from tests.settings_pages.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.rule("Y9")]


@pytest.fixture
def administrator(page: Page, live_server: LiveServer, transactional_db: None) -> Cast:
    """The cast, with the page signed in as its administrator."""
    cast = make_cast()
    user = cast.staff["administrator"].user
    assert user is not None
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    key = session.session_key
    assert key is not None
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    return cast


@pytest.mark.rule("S3")
def test_an_administrator_enters_the_christmas_shutdown(
    administrator: Cast, page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}{administrator.url('home')}")
    page.get_by_role("link", name="Closures of the year").first.click()
    page.get_by_role("link", name="Enter the Christmas shutdown").first.click()
    page.get_by_label("First closed day").fill("2026-12-24")
    page.get_by_label("Last closed day").fill("2027-01-01")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_text("The Christmas shutdown is in the calendar.")).to_be_visible()
    with administrator.scope():
        assert Closure.objects.filter(name="Christmas shutdown").exists()
