"""Many rows into PostgreSQL at once, past no wall: COPY into a temporary table, then INSERT under the scope.

Row-level security refuses COPY FROM into the tables themselves.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models
from psycopg import sql


def ids_reserve(model: type[models.Model], count: int) -> list[int]:
    """That many new ids of a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def plans_by_index() -> None:
    """Check references by index for the rest of the transaction.

    The plans of the checks are made when the tables are still empty and kept: a plan that reads the whole table then
    makes every later row slower than the one before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def rows_write(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to the table of `model`, inside the open scope; `columns` are names of the database."""
    table = model._meta.db_table
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into, temporary = sql.Identifier(table), sql.Identifier(f"demo_{table}")
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        make = sql.SQL(
            "CREATE TEMPORARY TABLE IF NOT EXISTS {} ON COMMIT DROP AS SELECT {} FROM {} WHERE false"
        )
        cursor.execute(make.format(temporary, names, into))
        cursor.execute(sql.SQL("TRUNCATE {}").format(temporary))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(temporary)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL("INSERT INTO {} ({}) SELECT * FROM {}").format(into, names, temporary))


def as_json(value: object) -> str:
    """JSON with instants as Django's own encoder writes them."""
    return json.dumps(value, default=_instant)


def _instant(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat().replace("+00:00", "Z")
