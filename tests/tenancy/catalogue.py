"""What the database itself says about its tables, rights and functions. Nothing here asks models or migrations."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, LiteralString

from django.db import connection

APP = "hd_app"
# References that may lead to a row of another customer of the same provider, and why.
BY_PROVIDER = {("delivery_notification", "mail_id"): "a digest for one of the staff tells of several schools"}


@dataclass(frozen=True)
class Policy:
    """One row of pg_policies."""

    command: str
    is_permissive: bool
    using: str
    check: str


@dataclass(frozen=True)
class Table:
    """A table of the schema `public`."""

    name: str
    has_rls: bool
    columns: frozenset[str]
    rights: frozenset[str]
    """What the application's role may do, apart from single columns."""
    owner: str
    policies: list[Policy] = field(default_factory=list)

    @property
    def owner_column(self) -> str | None:
        """The column that says which customer owns a row."""
        if self.name == "accounts_customer":
            return "id"
        return "customer_id" if "customer_id" in self.columns else None

    @property
    def is_walled(self) -> bool:
        return self.has_rls

    def policies_for(self, command: str) -> list[Policy]:
        return [one for one in self.policies if one.command in {command, "ALL"}]


def rows(statement: LiteralString, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """The answer to one question."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


@cache
def tables() -> dict[str, Table]:
    """Every table, view and the like of the schema `public`, by name: asked once for all tests."""
    return read_tables()


def read_tables() -> dict[str, Table]:
    """The same, as it stands now."""
    found = {
        name: Table(name, has_rls, frozenset(columns), frozenset(rights), owner)
        for name, has_rls, columns, rights, owner in rows(
            "SELECT c.relname, c.relrowsecurity,"
            " ARRAY(SELECT a.attname::text FROM pg_attribute a"
            "       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),"
            " ARRAY(SELECT one FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER',"
            "       'REFERENCES']) one WHERE has_table_privilege(%s, c.oid, one)),"
            " pg_get_userbyid(c.relowner)"
            " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
            [APP],
        )
    }
    for table, command, permissive, using, check in rows(
        "SELECT tablename, cmd, permissive = 'PERMISSIVE', coalesce(qual, ''), coalesce(with_check, '')"
        " FROM pg_policies WHERE schemaname = 'public'"
    ):
        found[table].policies.append(Policy(command, permissive, using, check))
    return found


def walled_tables() -> list[str]:
    """Names of the tables behind the wall, as the database has them."""
    return sorted(name for name, table in tables().items() if table.is_walled)


@dataclass(frozen=True)
class Reference:
    """A foreign key: the columns on this side, the table it points at and the columns there."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    is_validated: bool

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(zip(self.columns, self.target_columns, strict=True))


@cache
def references() -> list[Reference]:
    """Every foreign key between tables of the schema `public`, from pg_constraint."""
    return [
        Reference(table, tuple(columns), target, tuple(target_columns), validated)
        for table, columns, target, target_columns, validated in rows(
            "SELECT c.conrelid::regclass::text,"
            " ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k (number, position)"
            "       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.position),"
            " c.confrelid::regclass::text,"
            " ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY k (number, position)"
            "       JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.position),"
            " c.convalidated"
            " FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"
        )
    ]


@cache
def nullable(table: str, column: str) -> bool:
    """Whether a column may hold NULL, which makes PostgreSQL skip a constraint over it."""
    return bool(
        rows(
            "SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            [f"public.{table}", column],
        )[0][0]
    )
