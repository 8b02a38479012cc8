"""The world in which the wall is attacked, built once for all tests of this folder and rolled back after them."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.cast import Cast
from tests.tenancy.world import World, build_world


@pytest.fixture(scope="package")
def _built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One transaction round all tests of the folder; the transaction of each test is a savepoint inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(Cast())
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None) -> World:
    """Something of everything in both providers and all three schools. Each test's changes are rolled back."""
    return _built
