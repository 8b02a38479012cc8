"""Fixtures for tests of real servers and processes."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform.clients import stop_server


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path of its own for one server, which is stopped afterwards."""
    base = Path(tempfile.mkdtemp(prefix="desk-"))
    yield base / "server"
    stop_server(base / "server")
    shutil.rmtree(base)
