"""A database for benchmarks: a fresh copy of the test suite's migrated template, for no running desk."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.project import set_up_django

APP_ROLE = "hd_app"
_numbers = itertools.count(1)


@contextmanager
def scratch_database() -> Iterator[str]:
    """Django works on a database of its own, as the application's role and, under the alias `owner`, as the
    tables' owner; gives the address for the latter.
    """
    set_up_django("tests.settings")
    from django.db import connections

    from tests.plugins import template

    owner_url = os.environ["DATABASE_OWNER_URL"]
    name = f"benchmark_{os.getpid()}_{next(_numbers)}"
    connection, owner = connections["default"], connections["owner"]
    before = connection.settings_dict["NAME"]
    with template.administration(owner_url) as server:
        template.drop(server, name)
        template.copy(server, template.ensure_template(owner_url), name)
        connection.close()
        connection.settings_dict["NAME"] = owner.settings_dict["NAME"] = name
        connection.settings_dict["OPTIONS"]["assume_role"] = APP_ROLE
        try:
            yield template.url_of(name, owner_url)
        finally:
            connection.close()
            owner.close()
            connection.settings_dict["NAME"] = owner.settings_dict["NAME"] = before
            del connection.settings_dict["OPTIONS"]["assume_role"]
            template.drop(server, name)
