"""Take one filter of the application away at a time: the wall alone still keeps foreign rows out of every answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, models
from django.test import Client
from psycopg import sql

from accounts.tenancy import managers, middleware
from accounts.tenancy.lookups import Membership
from accounts.tenancy.scope import open_scope
from tests.plugins.baseline import as_login
from tests.tenancy import catalogue
from tests.tenancy.filling import tenant_models
from tests.tenancy.sql import undone
from tests.tenancy.world import World
from tickets import selectors
from tickets.models import Ticket
from tickets.views import files, portal

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]


@pytest.fixture
def open_managers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Managers that have forgotten whose rows they show."""
    for manager in (managers.ProviderManager, managers.SharedManager, managers.CustomerManager):
        monkeypatch.setattr(manager, "get_queryset", models.Manager.get_queryset)


@contextmanager
def wall_down() -> Iterator[None]:
    """Row-level security switched off by the tables' owner, until the end of the block."""
    with undone(), as_login(connection) as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        for table in catalogue.walled_tables():
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(sql.Identifier(table)))
        cursor.execute("SET LOCAL ROLE hd_app")
        yield


def foreign_rows(world: World, provider: str) -> list[str]:
    """Models through whose manager rows of another provider can be read."""
    key = world.cast.provider_id(provider)
    with open_scope(world.cast.staff_scope(provider)):
        return [
            model._meta.label
            for model in tenant_models()
            if model._default_manager.exclude(provider_id=key).exists()
        ]


def test_without_the_managers_filter_the_wall_stands(world: World, open_managers: None) -> None:
    assert foreign_rows(world, "alder") == []
    assert foreign_rows(world, "birch") == []


def test_without_the_wall_the_managers_filter_stands(world: World) -> None:
    with wall_down():
        assert foreign_rows(world, "alder") == []


def test_without_both_every_table_leaks(world: World, open_managers: None) -> None:
    """The negative control: each of the two tests above would see a foreign row if there were one to see."""
    with wall_down():
        assert set(foreign_rows(world, "alder")) == {model._meta.label for model in tenant_models()}


@pytest.fixture
def hugo_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A requester of Hillside, after the rule of who sees which ticket has been forgotten everywhere."""
    for module in (selectors, portal, files):
        monkeypatch.setattr(module, "visible_tickets", lambda person: Ticket.objects.all())
    client = Client()
    client.force_login(world.cast.user("hugo"))
    return client


def portal_answer(client: Client, world: World, place: str) -> tuple[int, bool]:
    """Status and whether the words of the place came back, from its ticket's page and from the list."""
    page = client.get(f"/alder/portal/requests/{world.number(place)}/")
    overview = client.get("/alder/portal/requests/")
    word = f"zq{place}".encode()
    return page.status_code, word in page.content or word in overview.content


def test_without_the_rule_of_visible_tickets_the_school_is_the_border(
    world: World, hugo_asks: Client
) -> None:
    assert portal_answer(hugo_asks, world, "rita") == (404, False)
    assert portal_answer(hugo_asks, world, "rose") == (404, False)
    assert portal_answer(hugo_asks, world, "hugo") == (200, True)


def test_without_the_rule_and_the_managers_the_wall_is_the_border(
    world: World, hugo_asks: Client, open_managers: None
) -> None:
    assert portal_answer(hugo_asks, world, "rita") == (404, False)
    assert portal_answer(hugo_asks, world, "rose") == (404, False)


def test_without_rule_managers_and_wall_the_ticket_is_shown(
    world: World, hugo_asks: Client, open_managers: None
) -> None:
    """The negative control of the two tests above."""
    with wall_down():
        assert portal_answer(hugo_asks, world, "rita") == (200, True)


def test_without_the_middlewares_question_a_stranger_gets_no_rows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were somebody of another provider let in by mistake, as themselves, they would not even find their own name."""
    rose = world.cast.scope("rose")
    assert rose.person_id is not None
    forged = Membership(world.cast.provider_id("alder"), rose.person_id, False, rose.customers or frozenset())
    monkeypatch.setattr(middleware, "membership_at", lambda user_id, slug: forged)
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.user("rose"))
    for path in (
        "/alder/portal/",
        "/alder/portal/requests/",
        f"/alder/portal/requests/{world.number('rita')}/",
    ):
        answer = client.get(path)
        assert answer.status_code in {404, 500}
        assert b"zq" not in answer.content


def test_without_the_question_of_permission_a_school_stays_in_its_school(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk's pages, opened to a school by mistake, show that school and no other."""
    monkeypatch.setattr(middleware, "may_enter", lambda request, access: True)
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.user("ian"))
    queue = client.get("/alder/desk/queue/")
    assert queue.status_code == 200
    assert b"zqrita" in queue.content
    for word in (b"zqhugo", b"zqhillside", b"zqrose", b"zqbirch", b"zqriverside"):
        assert word not in queue.content
    assert client.get(f"/alder/desk/tickets/{world.number('hugo')}/").status_code == 404
