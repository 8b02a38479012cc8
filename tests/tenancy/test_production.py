"""What `check --deploy` says of good and bad installations, in processes of their own."""

import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest
from psycopg import sql

from concero_desk.embedded.paths import PROJECT_ROOT
from tests.plugins.database import ScratchDatabase

pytestmark = pytest.mark.rule("T1", "Y9")

PRODUCTION = {
    "DESK_MODE": "production",
    "SECRET_KEY": "n8Vq2-Zr6tLw0xYb4uKc9sHd3mJf7gPa1eRi5oTz_QEXkWlNvB",
    "BASE_URL": "https://desk.example",
    "ALLOWED_HOSTS": "desk.example",
    "EMAIL_URL": "smtp://user:password@mail.example:587",
}


@pytest.fixture(scope="module")
def scratch(scratch_database: Callable[[], ScratchDatabase]) -> ScratchDatabase:
    made = scratch_database()
    if made.app == made.owner:
        pytest.skip("TEST_DATABASE_URL gives the tests one login for both roles")
    return made


def clean(environment: dict[str, str]) -> dict[str, str]:
    """Without what a browser's library leaves in the environment of the test process."""
    return {name: value for name, value in environment.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}


def run(scratch: ScratchDatabase, *arguments: str, **settings: str) -> tuple[int, str]:
    """Exit status and output of a command with production settings, changed as asked."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT_ROOT,
        env={**clean(scratch.environment), **PRODUCTION, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def check(scratch: ScratchDatabase, **settings: str) -> tuple[int, str]:
    return run(scratch, "check", "--deploy", "--fail-level", "WARNING", **settings)


def test_a_good_installation_passes(scratch: ScratchDatabase) -> None:
    status, words = check(scratch)
    assert status == 0, words


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"DESK_MODE": "tryout"}, "accounts.E002"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"EMAIL_URL": ""}, "EMAIL_URL"),
        ({"SECRET_KEY": "short"}, "security.W009"),
        ({"DATABASE_URL": "mysql://x/y"}, "postgresql://"),
        ({"BASE_URL": "desk.example"}, "BASE_URL"),
    ],
)
def test_a_bad_setting_fails(scratch: ScratchDatabase, settings: dict[str, str], complaint: str) -> None:
    status, words = check(scratch, **settings)
    assert status != 0
    assert complaint in words


def test_the_owner_as_the_webs_login_fails(scratch: ScratchDatabase) -> None:
    status, words = check(scratch, DATABASE_URL=scratch.owner, DATABASE_OWNER_URL=scratch.app)
    assert status != 0
    assert "accounts.E001" in words


def test_a_login_that_may_create_functions_fails(scratch: ScratchDatabase) -> None:
    """It could put its own beside those that pass the wall."""
    with psycopg.connect(scratch.owner, autocommit=True) as owner:
        owner.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(sql.Identifier("hd_app")))
        try:
            status, words = check(scratch)
            assert status != 0
            assert "accounts.E004" in words
        finally:
            owner.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(sql.Identifier("hd_app")))


COOKIES = (
    "from django.conf import settings as s;"
    "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE,"
    " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG, s.X_FRAME_OPTIONS)"
)


def test_cookies_and_transport_are_strict_in_production(scratch: ScratchDatabase) -> None:
    status, words = run(scratch, "shell", "--no-imports", "-c", COOKIES)
    assert status == 0, words
    assert "True True True Lax True True False DENY" in words
