from collections.abc import Iterator

import pytest

from tests.reports.world import World, make_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A provider with one school, inside its scope."""
    made = make_world()
    with made.scope():
        yield made
