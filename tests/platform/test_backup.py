"""The back-up and restore of docs/operators/install.md, with the commands that stand there."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from concero_desk.embedded.paths import postgres_binary
from tests.plugins import template
from tests.plugins.database import ScratchDatabase

pytestmark = pytest.mark.faults

WALL = r"""
    SELECT c.relname, c.relrowsecurity, c.relowner::regrole::text, c.relacl::text,
           (SELECT array_agg(polname || pg_get_expr(polqual, polrelid) ORDER BY polname)
              FROM pg_policy WHERE polrelid = c.oid),
           -- A restored check says the same with its casts in other places: they and their brackets are left out.
           (SELECT array_agg(regexp_replace(pg_get_constraintdef(oid), '::[a-z ]+(\[\])?|[()]', '', 'g')
                             ORDER BY conname)
              FROM pg_constraint WHERE conrelid = c.oid)
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     ORDER BY c.relname
"""


def run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(postgres_binary(program)), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def wall_of(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(WALL).fetchall()


@pytest.mark.rule("T7")
def test_a_restored_desk_has_its_rows_and_its_wall(
    scratch_database: Callable[[], ScratchDatabase], tmp_path: Path
) -> None:
    original = scratch_database()
    with psycopg.connect(original.owner) as owner:
        owner.execute("INSERT INTO django_content_type (app_label, model) VALUES ('kept', 'row')")
    run("pg_dump", "--format=custom", f"--file={tmp_path / 'desk.dump'}", original.owner)

    restored = f"{original.name}_restored"
    url = template.url_of(restored, original.owner)
    with template.administration(original.owner) as server:
        server.execute(f"CREATE DATABASE {restored}")
        try:
            options = ("--no-owner", "--no-comments", "--role=hd_owner", "--exit-on-error")
            run("pg_restore", *options, f"--dbname={url}", str(tmp_path / "desk.dump"))
            assert wall_of(url) == wall_of(original.owner)
            with psycopg.connect(url) as owner:
                kept = owner.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'kept'")
                assert kept.fetchone() == (1,)
        finally:
            template.drop(server, restored)
