"""A database for benchmarks: a fresh copy of the test suite's migrated template, for no running desk."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from benchmarks.project import set_up_django

APP_ROLE = "hd_app"
_numbers = itertools.count(1)


@contextmanager
def scratch_database() -> Iterator[str]:
    """Django works on a database of its own, as the application's role and, under the alias `owner`, as the
    tables' owner; gives the address for the latter. One inside the other gives two, and `connected` the choice.
    """
    set_up_django("tests.settings")
    from tests.plugins import template

    owner_url = os.environ["DATABASE_OWNER_URL"]
    name = f"benchmark_{os.getpid()}_{next(_numbers)}"
    with template.administration(owner_url) as server:
        template.drop(server, name)
        template.copy(server, template.ensure_template(owner_url), name)
        url = template.url_of(name, owner_url)
        try:
            with connected(url):
                yield url
        finally:
            template.drop(server, name)


@contextmanager
def connected(owner_url: str) -> Iterator[None]:
    """Django works on this scratch database."""
    from django.db import connection

    before = connection.settings_dict["NAME"], connection.settings_dict["OPTIONS"].get("assume_role")
    _turn_to(urlsplit(owner_url).path.removeprefix("/"), APP_ROLE)
    try:
        yield
    finally:
        _turn_to(*before)


def _turn_to(name: str, role: str | None) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    connections["default"].settings_dict["OPTIONS"]["assume_role"] = role
