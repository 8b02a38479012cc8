"""Counting queries as production would make them: without the savepoints that only tests need."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

ONLY_IN_TESTS = (
    "SAVEPOINT",
    "RELEASE SAVEPOINT",
    "ROLLBACK TO SAVEPOINT",
    "SELECT set_config('desk.provider', '',",
)


@pytest.fixture
def at_most() -> Callable[[int], AbstractContextManager[None]]:
    """A context manager that fails when more than so many queries are made."""

    @contextmanager
    def limit(most: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        made = [query["sql"] for query in captured if not query["sql"].startswith(ONLY_IN_TESTS)]
        listing = "\n".join(sql[:160] for sql in made)
        assert len(made) <= most, f"{len(made)} queries, at most {most} allowed:\n{listing}"

    return limit
