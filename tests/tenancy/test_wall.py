"""Raw SQL in place of the managers: what the database shows and takes, whatever the code above it forgets."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection
from psycopg import sql

from accounts.tenancy.scope import Scope, open_scope
from tests.plugins.baseline import as_login
from tests.tenancy import catalogue
from tests.tenancy.sql import Refused, count, insert_copy, row_as_owner, run, undone
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]

# People of schools may pin today's calendar with a ticket that they log.
PORTAL_WRITES = {"sla_calendarversion"}
# Rows of a provider that its schools may read; of those that a school can own, the ones of no school.
PORTAL_READS = {
    "accounts_provider",
    "chat_chatsettings",
    "contracts_agreementversion",
    "contracts_clausecondition",
    "contracts_obligation",
    "contracts_package",
    "contracts_packageclause",
    "contracts_visitslot",
    "delivery_mailwording",
    "knowledge_article",
    "knowledge_noticeupdate",
    "knowledge_servicenotice",
    "sla_businesscalendar",
    "sla_calendarrevision",
    "sla_calendarversion",
    "sla_closure",
    "sla_openingwindow",
    "sla_publicholiday",
    "sla_servicelevel",
    "sla_servicetarget",
    "sla_targetset",
    "tickets_category",
    "tickets_formquestion",
    "tickets_requestform",
    "visits_allowancerule",
    "visits_visitpolicy",
}
DENIED = ("row-level security", "permission denied")


def refusal(attempt: Callable[[], Any]) -> str:
    """The database's message, or '' where it let the attempt through."""
    try:
        attempt()
    except Refused as refused:
        return str(refused)
    return ""


def is_wall(message: str) -> bool:
    return any(words in message for words in DENIED)


def provider_column(table: str) -> str:
    return "id" if table == "accounts_provider" else "provider_id"


def test_the_world_holds_something_of_everything(world: World) -> None:
    """Without a row there is nothing to hide, and every test below would pass for nothing."""
    alder, birch = world.cast.provider_id("alder"), world.cast.provider_id("birch")
    for table in catalogue.walled_tables():
        for provider in (alder, birch):
            assert row_as_owner(table, {provider_column(table): provider})
        if "customer_id" in catalogue.tables()[table].columns:
            for customer in (school(world, "oakfield"), school(world, "hillside")):
                assert row_as_owner(table, {"provider_id": alder, "customer_id": customer})


def test_with_nothing_set_no_row_is_seen_or_taken(world: World) -> None:
    alder = world.cast.provider_id("alder")
    for table in catalogue.walled_tables():
        assert count(table) == 0, table
        assert is_wall(refusal(partial(insert_copy, table, {provider_column(table): alder}))), table
        assert unchanged(table), table


def unchanged(table: str, condition: str = "true", parameters: list[Any] | None = None) -> bool:
    """Whether neither UPDATE nor DELETE hits any row that fits."""
    for statement in (
        "UPDATE {table} SET id = id WHERE " + condition,
        "DELETE FROM {table} WHERE " + condition,
    ):
        try:
            if run(statement, {"table": table}, parameters) != 0:
                return False
        except Refused as refused:
            if not is_wall(str(refused)):
                raise
    return True


def test_a_scope_of_no_provider_is_as_good_as_none(world: World) -> None:
    with open_scope(Scope(provider_id=2**62)):
        for table in catalogue.walled_tables():
            assert count(table) == 0, table


@pytest.mark.parametrize(("own", "foreign"), [("alder", "birch"), ("birch", "alder")])
def test_staff_see_their_own_provider_and_nothing_else(world: World, own: str, foreign: str) -> None:
    ours, theirs = world.cast.provider_id(own), world.cast.provider_id(foreign)
    for table in catalogue.walled_tables():
        column = provider_column(table)
        with as_login(connection):
            everything = count(table, f"{column} = %s", [ours])
        with open_scope(world.cast.staff_scope(own)):
            assert count(table) == everything > 0, table
            assert unchanged(table, f"{column} = {theirs}"), table
            message = refusal(partial(insert_copy, table, {column: theirs}))
            assert is_wall(message), (table, message)


def test_staff_cannot_give_a_row_to_another_provider(world: World) -> None:
    birch = world.cast.provider_id("birch")
    with open_scope(world.cast.staff_scope("alder")):
        for table in set(catalogue.walled_tables()) - {"accounts_provider"}:
            message = refusal(
                partial(
                    run,
                    "UPDATE {table} SET provider_id = %s WHERE id = (SELECT max(id) FROM {table})",
                    {"table": table},
                    [birch],
                )
            )
            assert is_wall(message), (table, message)


def test_people_of_a_school_see_their_school_and_what_the_provider_shares(world: World) -> None:
    oakfield = school(world, "oakfield")
    with open_scope(world.cast.scope("ian")):
        for table in catalogue.walled_tables():
            column = catalogue.tables()[table].owner_column
            if column:
                allowed = f"{column} = {oakfield}" + (
                    f" OR {column} IS NULL" if table in PORTAL_READS else ""
                )
                assert count(table, f"NOT coalesce({allowed}, false)") == 0, table
                assert count(table, f"{column} = {oakfield}") > 0, table
            elif table != "accounts_person":
                assert (count(table) > 0) == (table in PORTAL_READS), table


def test_people_of_a_school_see_staff_and_each_other_only(world: World) -> None:
    with open_scope(world.cast.scope("ian")), connection.cursor() as cursor:
        cursor.execute("SELECT lower(name) FROM accounts_person")
        names = {row[0] for row in cursor.fetchall()}
    assert {"ian", "rita", "tess"} <= names
    assert not names & {"hugo", "hana", "rose", "tim", "bill"}


def test_people_of_a_school_cannot_write_outside_it(world: World) -> None:
    oakfield, hillside = school(world, "oakfield"), school(world, "hillside")
    with open_scope(world.cast.scope("ian")):
        for table in sorted(set(catalogue.walled_tables()) - PORTAL_WRITES):
            column = catalogue.tables()[table].owner_column
            outside = f"{column} IS DISTINCT FROM {oakfield}" if column else "true"
            assert unchanged(table, outside), table
            where = {column: hillside} if column else {provider_column(table): world.cast.provider_id()}
            message = refusal(partial(insert_copy, table, where))
            assert is_wall(message), (table, message)


def test_people_of_a_school_cannot_give_a_row_to_another_school(world: World) -> None:
    hillside = school(world, "hillside")
    with open_scope(world.cast.scope("ian")):
        for table in catalogue.walled_tables():
            if "customer_id" in catalogue.tables()[table].columns:
                assert not moved(table, hillside), table


def moved(table: str, customer: int) -> bool:
    """Whether the newest row that is seen could be given to another school."""
    newest = "(SELECT max(t.id) FROM {table} t WHERE t.customer_id IS NOT NULL)"
    try:
        return (
            run(f"UPDATE {{table}} SET customer_id = %s WHERE id = {newest}", {"table": table}, [customer])
            > 0
        )
    except Refused as refused:
        if not is_wall(str(refused)):
            raise
        return False


@pytest.mark.parametrize("border", ["provider", "customer"])
def test_no_row_can_point_across_the_border(world: World, border: str) -> None:
    """Past the policies, as the tables' owner: the constraints alone refuse it."""
    tried = 0
    walled = set(catalogue.walled_tables()) - {"accounts_provider"}
    for one in catalogue.references():
        if len(one.columns) == 1 and {one.table, one.target} <= walled:
            owners = {"customer_id" in catalogue.tables()[name].columns for name in (one.table, one.target)}
            within = (one.table, one.columns[0]) in catalogue.BY_PROVIDER
            if border == "provider" or (owners == {True} and not within):
                tried += 1
                point_across(world, one.table, one.columns[0], one.target, border)
    assert tried > (40 if border == "provider" else 10)


def point_across(world: World, table: str, column: str, target: str, border: str) -> None:
    ours, theirs = _sides(world, border)
    inside = row_as_owner(table, _that_have(table, ours))
    outside = row_as_owner(target, _that_have(target, theirs))
    constraints = [
        name
        for (name,) in catalogue.rows(
            "SELECT c.conname FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = %s"
            " WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND cardinality(c.conkey) > 1",
            [column, f"public.{table}"],
        )
    ]
    with undone(), as_login(connection) as cursor:
        names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        cursor.execute(sql.SQL("ALTER TABLE {table} DISABLE TRIGGER USER").format(**names))
        for name in other_rules(table):  # what else the table asks of a row is not the question here
            rule = sql.Identifier(name)
            cursor.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {rule}").format(rule=rule, **names))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        if is_unique(table, column):  # the row that points there already makes room
            cursor.execute(
                sql.SQL("DELETE FROM {table} WHERE {column} = %s AND id <> %s").format(**names),
                [outside["id"], inside["id"]],
            )
        statement = sql.SQL("UPDATE {table} SET {column} = %s WHERE id = %s").format(**names)
        cursor.execute(statement, [outside["id"], inside["id"]])
        assert cursor.rowcount == 1
        with pytest.raises(IntegrityError, match="foreign key constraint"):
            check_now(constraints)


def other_rules(table: str) -> list[str]:
    """The names of the table's check and exclusion constraints."""
    found = catalogue.rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')",
        [f"public.{table}"],
    )
    return [name for (name,) in found]


def is_unique(table: str, column: str) -> bool:
    """Whether a unique index has the column, by itself or among others."""
    return bool(
        catalogue.rows(
            "SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
            " WHERE i.indrelid = %s::regclass AND i.indisunique AND a.attname = %s",
            [f"public.{table}", column],
        )
    )


def check_now(constraints: list[str]) -> None:
    """Let these constraints judge what the transaction has done so far."""
    with undone(), connection.cursor() as cursor:
        listed = sql.SQL(", ").join(map(sql.Identifier, constraints))
        cursor.execute(sql.SQL("SET CONSTRAINTS {} IMMEDIATE").format(listed))


def _sides(world: World, border: str) -> tuple[dict[str, int], dict[str, int]]:
    alder, birch = world.cast.provider_id("alder"), world.cast.provider_id("birch")
    if border == "provider":
        return {"provider_id": alder}, {"provider_id": birch}
    return (
        {"provider_id": alder, "customer_id": school(world, "oakfield")},
        {"provider_id": alder, "customer_id": school(world, "hillside")},
    )


def _that_have(table: str, where: dict[str, int]) -> dict[str, Any]:
    return {name: value for name, value in where.items() if name in catalogue.tables()[table].columns}


def school(world: World, slug: str) -> int:
    with open_scope(world.cast.staff_scope("birch" if slug == "riverside" else "alder")):
        return int(world.cast.customer(slug).pk)
