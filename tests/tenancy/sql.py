"""Raw SQL as the application's role: what an injected or forgotten query could try."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

from django.db import DatabaseError, connection, transaction
from psycopg import sql

from tests.plugins.baseline import as_login

Where = dict[str, Any]
COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
    " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)


class Refused(Exception):
    """The database would not do it. `why` is its message."""


def run(statement: LiteralString, names: dict[str, str], parameters: list[Any] | None = None) -> int:
    """Run a statement in a savepoint that is rolled back. Answers how many rows it hit; raises Refused."""
    try:
        with undone(), connection.cursor() as cursor:
            parts = {key: sql.Identifier(name) for key, name in names.items()}
            cursor.execute(sql.SQL(statement).format(**parts), parameters)
            return int(cursor.rowcount)
    except DatabaseError as error:
        raise Refused(str(error)) from error


@contextmanager
def undone() -> Iterator[None]:
    """A savepoint that is rolled back whatever happens."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def count(table: str, condition: LiteralString = "true", parameters: list[Any] | None = None) -> int:
    """How many rows the current scope sees."""
    with connection.cursor() as cursor:
        statement = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(
            sql.Identifier(table), sql.SQL(condition)
        )
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])


def row_as_owner(table: str, where: Where) -> Where:
    """One row that fits, read past the wall. Raises LookupError where the world holds none."""
    condition = sql.SQL(" AND ").join(
        sql.SQL("{} IS NOT DISTINCT FROM {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in where.items()
    )
    with as_login(connection) as cursor:
        cursor.execute(COLUMNS, [f"public.{table}"])
        columns = [row[0] for row in cursor.fetchall()]
        statement = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY id DESC LIMIT 1").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table), condition
        )
        cursor.execute(statement)
        found = cursor.fetchone()
    if found is None:
        raise LookupError(f"tests/tenancy/world.py builds no row of {table} where {where}")
    return dict(zip(columns, found, strict=True))


def insert_copy(table: str, where: Where) -> None:
    """Try to add the very row that stands there already: only the wall can be the reason of a refusal by it."""
    row_as_owner(table, where)
    with as_login(connection) as cursor:
        condition = " AND ".join(f"{name} IS NOT DISTINCT FROM %s" for name in where)
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {table} t WHERE {condition} ORDER BY id DESC LIMIT 1",
            list(where.values()),
        )
        [(row,)] = cursor.fetchall()
        cursor.execute(COLUMNS, [f"public.{table}"])
        columns = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    run(
        f"INSERT INTO {{table}} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s::jsonb)",
        {"table": table},
        [row],
    )
