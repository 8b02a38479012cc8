"""Tests on real PostgreSQL, as the application's role: row-level security applies to every test."""

import itertools
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins import baseline, template

APP_ROLE = "hd_app"
SCRATCH_PREFIX = "scratch_"


@pytest.fixture(scope="session")
def database_template() -> str:
    """Name of the migrated database that all others are copied from."""
    return template.ensure_template(os.environ["DATABASE_OWNER_URL"])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, database_template: str
) -> None:
    """Let Django copy the template instead of migrating an empty database."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = database_template


@pytest.fixture(scope="session")
def standing_data() -> Callable[[], None]:
    """What every test of the session finds in the database. Override it to build a cast once, committed."""
    return lambda: None


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, standing_data: Callable[[], None]
) -> Generator[None]:
    """Give every later connection the application's role; drop the database as its owner."""
    default = connections["default"]
    default.settings_dict["OPTIONS"]["assume_role"] = APP_ROLE
    with django_db_blocker.unblock():
        default.close()
        standing_data()
        baseline.keep(default)
    yield
    with django_db_blocker.unblock():
        del default.settings_dict["OPTIONS"]["assume_role"]
        default.close()


@pytest.fixture
def as_owner() -> Callable[[], AbstractContextManager[Any]]:
    """A context manager that makes the test's connection the tables' owner, who passes the tenant wall."""
    return lambda: baseline.as_login(connections["default"])


@dataclass(frozen=True)
class ScratchDatabase:
    """A migrated database of its own, for tests that run whole processes and kill them."""

    name: str
    owner: str
    """Address for the tables' owner."""
    app: str
    """Address for the application's role."""
    environment: dict[str, str]
    """Environment for a subprocess that works on this database."""


@pytest.fixture(scope="session")
def scratch_database(database_template: str) -> Iterator[Callable[[], ScratchDatabase]]:
    """A factory of fresh migrated databases, removed at the end."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    numbers = itertools.count(1)
    made: list[str] = []
    with template.administration(owner_url) as server:
        template.drop_abandoned(server, SCRATCH_PREFIX)

        def make() -> ScratchDatabase:
            name = f"{SCRATCH_PREFIX}{os.getpid()}_{next(numbers)}"
            template.copy(server, database_template, name)
            made.append(name)
            environment = template.environment_for(name)
            return ScratchDatabase(
                name, environment["DATABASE_OWNER_URL"], environment["DATABASE_URL"], environment
            )

        yield make
        for name in made:
            template.drop(server, name)


@pytest.fixture(scope="session", autouse=True)
def _media_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files that tests store go where pytest cleans up."""
    folder: Path = tmp_path_factory.mktemp("media")
    previous: Any = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = folder
    yield
    settings.MEDIA_ROOT = previous
    shutil.rmtree(folder, ignore_errors=True)
