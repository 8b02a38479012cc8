"""The tests' own ground: real PostgreSQL, the application's role, the owner only when asked for."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from concero_desk.embedded import postgres
from concero_desk.embedded.paths import PROJECT_ROOT
from tests.plugins import baseline
from tests.plugins.database import ScratchDatabase

AsOwner = Callable[[], AbstractContextManager[None]]


def current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_test_is_the_application_and_owns_nothing() -> None:
    assert current_user() == "hd_app"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.django_db
def test_owner_is_owner_only_inside_the_block(as_owner: AsOwner) -> None:
    with as_owner():
        assert current_user() != "hd_app"
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE mine (id int)")
    assert current_user() == "hd_app"
    with pytest.raises(ZeroDivisionError), as_owner():
        raise ZeroDivisionError
    assert current_user() == "hd_app"
    with pytest.raises(DatabaseError), as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert current_user() == "hd_app"


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_commits_and_is_cleared_away() -> None:
    assert current_user() == "hd_app"
    ContentType.objects.create(app_label="only", model="here")
    with psycopg.connect(_url_of_the_test_database()) as other:
        assert other.execute(
            "SELECT count(*) FROM django_content_type WHERE app_label = 'only'"
        ).fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_the_next_one_finds_nothing_of_it() -> None:
    assert not ContentType.objects.filter(app_label="only").exists()


@pytest.mark.django_db(transaction=True)
def test_what_migrations_wrote_and_tables_without_a_model_are_restored(as_owner: AsOwner) -> None:
    kinds = ContentType.objects.count()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE raw (type int REFERENCES django_content_type)")
        cursor.execute("INSERT INTO raw SELECT id FROM django_content_type LIMIT 1")
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'"
        )
        cursor.execute("CREATE TRIGGER refuse BEFORE DELETE ON raw EXECUTE FUNCTION refuse()")
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('only', 'here')")
    baseline.restore(connection)
    assert ContentType.objects.count() == kinds > 0
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM raw")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE raw; DROP FUNCTION refuse")


def _url_of_the_test_database() -> str:
    settings = connection.settings_dict
    return os.environ["DATABASE_OWNER_URL"].replace("/concero_desk?", f"/{settings['NAME']}?")


@pytest.mark.faults
def test_a_scratch_database_serves_a_process_of_its_own(
    scratch_database: Callable[[], ScratchDatabase],
) -> None:
    first, second = scratch_database(), scratch_database()
    assert first.name != second.name
    words = "from django.db import connection as c; c.ensure_connection(); k = c.cursor();"
    words += "k.execute('SELECT current_database(), current_user'); print(*k.fetchone())"
    for scratch in (first, second):
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", words],
            cwd=PROJECT_ROOT,
            env=scratch.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [scratch.name, "hd_app"]


def test_no_test_reaches_the_running_desks_database() -> None:
    assert str(postgres.DIRECTORY) + "/" not in os.environ["DATABASE_URL"]
    assert str(postgres.DIRECTORY) + "/" not in str(connection.settings_dict)
