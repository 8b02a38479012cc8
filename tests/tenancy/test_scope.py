"""How a scope begins and ends: nesting, errors, threads, pooled connections, and what a login may not become."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import DataError, connection

from accounts.models import Customer
from accounts.tenancy.scope import NoScope, Scope, current_scope, open_scope, scope_or_none
from tests.plugins.database import ScratchDatabase
from tests.tenancy.sql import count
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1")]


def told() -> str:
    """The provider that the database has been told; '' for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('desk.provider', true), '')")
        return str(cursor.fetchone()[0])


def test_a_nested_scope_restores_the_outer_one(world: World) -> None:
    alder, birch = world.cast.staff_scope("alder"), world.cast.staff_scope("birch")
    with open_scope(alder):
        with open_scope(birch):
            assert told() == str(birch.provider_id)
        assert current_scope() == alder
        assert told() == str(alder.provider_id)
        assert set(Customer.objects.values_list("slug", flat=True)) == {"oakfield", "hillside"}
    assert scope_or_none() is None
    assert told() == ""


def test_an_error_in_a_nested_scope_restores_the_outer_one(world: World) -> None:
    alder = world.cast.staff_scope("alder")
    with open_scope(alder):
        with pytest.raises(ZeroDivisionError), open_scope(world.cast.staff_scope("birch")):
            raise ZeroDivisionError
        assert current_scope() == alder
        assert told() == str(alder.provider_id)
        assert count("accounts_customer") == 2


def test_a_narrower_scope_inside_a_wider_one_hides_rows_and_gives_them_back(world: World) -> None:
    with open_scope(world.cast.staff_scope("alder")):
        everything = count("tickets_ticket")
        with open_scope(world.cast.scope("hugo")):
            own = world.cast.customer("hillside").pk
            assert 0 < count("tickets_ticket", "customer_id = %s", [own]) < everything
            assert count("tickets_ticket", "customer_id <> %s", [own]) == 0
        assert count("tickets_ticket") == everything


def test_a_database_error_inside_a_scope_leaves_nothing_set(world: World) -> None:
    with pytest.raises(DataError, match="division by zero"), open_scope(world.cast.staff_scope("alder")):
        connection.cursor().execute("SELECT 1 / 0")
    assert scope_or_none() is None
    assert told() == ""
    assert count("accounts_customer") == 0


def test_a_thread_does_not_inherit_the_scope(world: World) -> None:
    found: list[object] = []

    def look() -> None:
        try:
            found.append(current_scope())
        except NoScope as missing:
            found.append(missing)

    with open_scope(world.cast.staff_scope("alder")):
        thread = Thread(target=look)
        thread.start()
        thread.join()
    assert isinstance(found[0], NoScope)


def test_managers_refuse_to_answer_outside_a_scope(db: None) -> None:
    with pytest.raises(NoScope):
        Customer.objects.all()


def test_only_the_scope_module_tells_the_database_whose_rows_to_show() -> None:
    """Whoever may run SQL may name any provider, so one module alone does it, and nothing else changes roles."""
    told_in = []
    for app in (
        "accounts",
        "contracts",
        "delivery",
        "demo",
        "onboarding",
        "quotes",
        "reports",
        "sla",
        "tickets",
        "visits",
        "webhooks",
    ):
        for module in Path(settings.PROJECT_ROOT, app).rglob("*.py"):
            text = module.read_text()
            if "migrations" not in module.parts and ("set_config(" in text or "SET LOCAL ROLE" in text):
                told_in.append(str(module.relative_to(settings.PROJECT_ROOT)))
    assert told_in == ["accounts/tenancy/scope.py"]


# ---- A login as production has it: hd_app itself, not the tests' owner in its clothes.


@pytest.fixture(scope="module")
def login(scratch_database: Callable[[], ScratchDatabase]) -> Iterator[psycopg.Connection]:
    """A connection of the web's own login to a database in which one provider stands."""
    made = scratch_database()
    if made.app == made.owner:
        pytest.skip("TEST_DATABASE_URL gives the tests one login for both roles")
    with psycopg.connect(made.owner) as owner:
        owner.execute(
            "INSERT INTO accounts_provider (id, slug, name, time_zone, nation, accent, support_email, support_phone,"
            " reference_prefix, nominated_users_only, two_factor_for_staff, two_factor_for_customers,"
            " portal_may_set_level, created_at, identity_methods)"
            " VALUES (1, 'one', 'One', 'UTC', 'england-wales', '#000000', 'a@b.example', '', 'ONE',"
            " false, false, false, false, now(), '{}')"
        )
    with psycopg.connect(made.app, autocommit=True) as connection:
        yield connection


PROVIDERS = "SELECT count(*) FROM accounts_provider"
IN_SCOPE = "SELECT set_config('desk.provider', '1', true), set_config('desk.all_customers', 'on', true)"


def in_transaction(login: psycopg.Connection, *statements: str) -> None:
    with login.transaction():
        for statement in statements:
            login.execute(statement)


def ask(login: psycopg.Connection) -> int:
    row = login.execute(PROVIDERS).fetchone()
    assert row is not None
    return int(row[0])


def test_a_pooled_connection_forgets_the_scope_at_commit(login: psycopg.Connection) -> None:
    assert ask(login) == 0
    with login.transaction():
        login.execute(IN_SCOPE)
        assert ask(login) == 1
    assert login.execute("SELECT current_setting('desk.provider', true)").fetchone() == ("",)
    assert ask(login) == 0


def test_a_pooled_connection_forgets_the_scope_after_an_error(login: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        in_transaction(login, IN_SCOPE, "SELECT 1 / 0")
    assert ask(login) == 0


@pytest.mark.parametrize(
    "trick",
    [
        "SET ROLE hd_owner",
        "SET SESSION AUTHORIZATION hd_owner",
        "ALTER TABLE accounts_provider DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE accounts_provider NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY wall_read ON accounts_provider",
        "CREATE POLICY mine ON accounts_provider USING (true)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.tenancy_provider(int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "CREATE OR REPLACE FUNCTION public.tenancy_provider() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
        "ALTER FUNCTION public.accounts_provider_ids() OWNER TO hd_app",
        "GRANT hd_owner TO hd_app",
        "ALTER ROLE hd_app BYPASSRLS",
        "TRUNCATE accounts_provider CASCADE",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "SET session_replication_role = 'replica'",
        "COPY accounts_provider TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT last_number FROM tickets_counter",
        "DELETE FROM django_migrations",
        "UPDATE accounts_auditentry SET action = ''",
        "DELETE FROM sla_clockevent",
    ],
)
def test_the_login_of_web_and_workers_cannot(login: psycopg.Connection, trick: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(trick)


def test_resetting_the_role_changes_nothing(login: psycopg.Connection) -> None:
    login.execute("RESET ROLE")
    login.execute("RESET SESSION AUTHORIZATION")
    assert ask(login) == 0


def test_row_security_cannot_be_switched_off_only_asked_about(login: psycopg.Connection) -> None:
    """`row_security = off` turns hidden rows into an error; it shows none."""
    login.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        ask(login)
    login.execute("RESET row_security")


@pytest.mark.parametrize("nonsense", ["x", "1;2", "1 OR 1=1", "99999999999999999999"])
def test_a_damaged_setting_is_an_error_not_an_open_door(login: psycopg.Connection, nonsense: str) -> None:
    with pytest.raises(psycopg.errors.DataError):
        in_transaction(login, f"SELECT set_config('desk.provider', '{nonsense}', true)", PROVIDERS)


def test_a_leaky_operator_is_not_asked_about_hidden_rows(login: psycopg.Connection) -> None:
    """A condition that fails on a hidden row would betray it; the policy is asked first."""
    login.execute("SELECT id FROM accounts_provider WHERE 1 / (id - 1) > 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        in_transaction(login, IN_SCOPE, "SELECT id FROM accounts_provider WHERE 1 / (id - 1) > 0")


def test_scopes_differ_by_value_not_by_chance() -> None:
    assert Scope(provider_id=1) == Scope(provider_id=1)
    assert not Scope(provider_id=1, customers=frozenset()).is_staff
