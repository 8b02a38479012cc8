"""Fixtures of the settings' tests."""

import pytest

from tests.settings_pages.cast import Cast, make_cast, make_stranger


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def stranger(db: None) -> Cast:
    return make_stranger()
