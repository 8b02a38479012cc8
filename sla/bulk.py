"""Whole columns of numbers out of PostgreSQL and into it, without making an object for each value.

COPY in its binary format, with eight bytes for every value: keys and numbers as they are, instants as
microseconds since 1970 UTC, and NOTHING for null. The tenant wall holds here too, since COPY TO of a query
keeps row-level security; COPY FROM is refused under it, so rows go into a temporary table of the transaction
first.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

Column = NDArray[np.int64]
Columns = dict[str, Column]

NOTHING = int(np.iinfo(np.int64).min)  # also PostgreSQL's '-infinity' and NumPy's NaT
_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER = b"\xff\xff"
_YEAR_2000 = 946_684_800_000_000  # microseconds from 1970: where PostgreSQL counts from


def read_columns(
    query: str, parameters: Sequence[Any], *, numbers: Sequence[str], instants: Sequence[str]
) -> Columns:
    """The columns `numbers` and then `instants` of a query that selects `bigint` and `timestamptz` in this
    order.

    Nulls must have become 0 or '-infinity' in the query.
    """
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(
            sql.SQL(cursor_text(cursor, query, parameters))
        )
        with cursor.copy(statement) as copy:
            data = b"".join(copy)
    names = [*numbers, *instants]
    rows = np.frombuffer(data, dtype=_wire(names), offset=len(_HEADER), count=_count(data, names))
    columns = {name: rows[name].astype(np.int64) for name in names}
    for name in instants:
        _shift(columns[name], _YEAR_2000)
    return columns


def write_columns(table: str, columns: Columns, *, instants: Sequence[str]) -> None:
    """Add rows to a temporary table that has these columns in this order."""
    size = len(next(iter(columns.values())))
    rows = np.zeros(size, dtype=_wire(columns))
    rows["fields"] = len(columns)
    for name, values in columns.items():
        rows[f"length of {name}"] = 8
        if name in instants:
            values = values.copy()
            _shift(values, -_YEAR_2000)
        rows[name] = values
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            sql.Identifier("pg_temp", table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with cursor.copy(statement) as copy:
            copy.write(_HEADER)
            copy.write(rows.tobytes())
            copy.write(_TRAILER)


def cursor_text(cursor: Any, query: str, parameters: Sequence[Any]) -> str:
    """The query with its parameters written in: COPY takes none."""
    from psycopg import ClientCursor

    return str(ClientCursor(cursor.connection).mogrify(query, parameters))


def _wire(names: Sequence[str] | Columns) -> np.dtype[Any]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name in names:
        fields += [(f"length of {name}", ">i4"), (name, ">i8")]
    return np.dtype(fields)


def _count(data: bytes, names: Sequence[str]) -> int:
    return (len(data) - len(_HEADER) - len(_TRAILER)) // _wire(names).itemsize


def _shift(values: Column, by: int) -> None:
    np.add(values, by, out=values, where=values != NOTHING)
