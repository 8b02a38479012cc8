"""The cast stands in every test database."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import Cast, build


@pytest.fixture(scope="session")
def standing_data() -> Callable[[], None]:
    """Build the cast once, committed."""

    def build_committed() -> None:
        with transaction.atomic():
            build()

    return build_committed


@pytest.fixture
def cast(db: None) -> Cast:
    """Two providers, three schools, one person for each role, and a stranger: see tests/cast.py."""
    return Cast()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """A browser in which somebody of the cast is signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.user(name))
        return client

    return sign_in
