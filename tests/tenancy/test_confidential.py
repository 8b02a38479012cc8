"""Confidential tickets: no page, feed, file, mail, search or count lets a word of one out to who is no reader (T6).

The walk goes over every address of `routes.py`, so that a new page is attacked without a line here.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, LiteralString

import pytest
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy.scope import Scope, as_system, open_scope
from api.reference import document
from delivery.models import Notification, OutboundMail
from tests.api.conftest import Api, token_for
from tests.plugins.baseline import as_login
from tests.tenancy import catalogue
from tests.tenancy.filling import tenant_models
from tests.tenancy.routes import ROUTES
from tests.tenancy.secret import MARKER, secret_ticket, with_secret
from tests.tenancy.sql import undone
from tests.tenancy.world import World
from tickets.models import (
    Attachment,
    BreachReason,
    ReadingWay,
    Ticket,
    TicketReading,
)

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T6")]

# What is typed to find it: a page that shows what was looked for must not be taken for one that leaks.
LOOKED_FOR = MARKER[:-2]
# One of the staff who comes to every page of the desk, and who asked for it.
READERS = ("ada", "rita")
# A technician, the lead, the success manager, senior management; of the school the IT lead, and who works beside the
# requester.
ATTACKERS = ("tess", "lena", "cass", "sena", "ian", "remy")
# Who goes to every address, as the readers do; the others to those that show the ticket to its readers.
THOROUGH = ("cass", "ian")
PORTAL = ("rita", "ian", "remy")
SEARCHES = {
    "desk:queue": ("q", "customer"),
    "portal:tickets": ("q",),
    "desk:held_mail": ("q",),
    "settings:audit": ("who", "what", "customer"),
    "settings:audit_csv": (),
}


@pytest.fixture
def secret(world: World) -> Ticket:
    return secret_ticket(world)


def paths_of(world: World, secret: Ticket) -> Iterator[str]:
    """Every address with the secret ticket's objects and with others, searches and filters along with them."""
    worlds = (world, with_secret(world, secret))
    found: dict[str, None] = {}
    for name, route in ROUTES.items():
        for one in worlds:
            path = reverse(name, kwargs={"provider": "alder", **route.of(one, "rita")})
            found[path] = None
            for field in SEARCHES.get(name, ()):
                found[f"{path}?{field}={LOOKED_FOR if field == 'q' else ''}"] = None
    yield from found
    yield f"/alder/portal/requests/new/?about={secret.number}"
    yield f"/alder/desk/queue/?q={secret.number}"


def _quarter() -> str:
    now = timezone.now()
    return f"{now.year}Q{(now.month - 1) // 3 + 1}"


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def leaks(world: World, secret: Ticket, name: str, paths: Iterable[str] | None = None) -> list[str]:
    """The addresses, of all or of `paths`, that show the marker to somebody of the cast, also in their headers."""
    client = Client(raise_request_exception=False)
    client.force_login(world.cast.user(name))
    found = []
    door = "/portal/" if name in PORTAL else "/alder/"
    for path in paths_of(world, secret) if paths is None else paths:
        is_setting = "/settings/" in path and "/audit/" not in path  # no ticket is shown there
        if door not in path or is_setting:
            continue
        with undone():
            response = client.get(path)
            said = body_of(response) + repr(dict(response.headers)).encode()
        if MARKER.encode() in said:
            found.append(path)
        if response.status_code >= 500:
            found.append(f"{path} answers {response.status_code}")
    return found


def test_no_page_lets_a_word_out(world: World, secret: Ticket) -> None:
    """Its readers see it everywhere, nobody else anywhere; without the policies the same walk finds it (the negative
    control).
    """
    number = secret.number
    shown = {name: leaks(world, secret, name) for name in READERS}
    assert {f"/alder/portal/requests/{number}/", "/alder/portal/requests/", "/alder/portal/"} <= set(
        shown["rita"]
    )
    expected = {
        f"/alder/desk/tickets/{number}/",
        f"/alder/desk/tickets/{number}/readers/",
        f"/alder/desk/queue/?q={LOOKED_FOR}",
        "/alder/desk/queue/",
        "/alder/desk/call-backs/",
        "/alder/settings/audit/",
        reverse("desk_chat:chat", args=["alder", with_secret(world, secret).part("rita", "chat")]),
    }
    assert expected <= set(shown["ada"]), expected - set(shown["ada"])
    assert any("/visits/" in path for path in shown["ada"])
    everywhere = [*shown["ada"], *shown["rita"]]
    for name in ATTACKERS:
        assert leaks(world, secret, name, everywhere) == [], name
    for name in THOROUGH:
        assert leaks(world, secret, name) == [], name
    with undone():
        with as_login(connection) as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("tickets_ticket", "tickets_message"):
                cursor.execute(f"DROP POLICY confidential ON {table}")
        assert len(leaks(world, secret, "lena", shown["ada"])) > 5
        assert len(leaks(world, secret, "ian", shown["rita"])) > 3


@pytest.mark.parametrize(("name", "school"), [("sena", ""), ("ian", "oakfield")])
def test_no_answer_of_the_api_lets_a_word_out(world: World, secret: Ticket, name: str, school: str) -> None:
    inner = with_secret(world, secret)
    objects = {"tickets": secret.number, "attachments": inner.part("rita", "attachment")}
    api = Api(token_for(world.cast, name, school))
    for path, methods in document()["paths"].items():
        short = path.removeprefix("/api/v1/")
        kind = short.split("/")[0]
        for method in methods:
            if "{" in short and kind not in objects:
                continue
            filled = re.sub(r"\{\w+\}", str(objects.get(kind)), short)
            with undone():
                answer = getattr(api, method)(filled)
                said = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert MARKER.encode() not in said, f"{method} {filled}"
            if "{" in short:
                assert answer.status_code in {404, 403}, f"{method} {filled}: {answer.status_code}"


def _tables_of_tickets() -> set[str]:
    """The tables that hang on a ticket, directly or by something that does, as the database itself says."""
    found, new = set[str](), {"tickets_ticket"}
    while new:
        found |= new
        new = {one.table for one in catalogue.references() if one.target in new} - found
    return found


# Hang on a row that hangs on a ticket, and hold none of its words.
WITHOUT_WORDS: dict[str, str] = {}


def test_every_table_that_hangs_on_a_ticket_is_kept() -> None:
    kept = {
        name
        for name, table in catalogue.tables().items()
        if any(
            not one.is_permissive and ("tickets_hidden" in one.using or "parent" in one.using)
            for one in table.policies
        )
    }
    missing = _tables_of_tickets() - kept - set(WITHOUT_WORDS)
    assert not missing, "say KeepConfidential(…) in a migration of these tables"


@pytest.mark.parametrize("name", ["lena", "ian", "remy", None])
def test_the_database_itself_gives_no_row(world: World, secret: Ticket, name: str | None) -> None:
    """Raw rows, without any manager or rule of the application; nobody in particular sees none either."""
    kept = [
        model
        for model in tenant_models()
        if any(
            isinstance(one, models.ForeignKey) and one.related_model is Ticket
            for one in model._meta.concrete_fields
        )
    ]
    assert len(kept) > 10
    scope = world.cast.scope(name) if name else Scope(provider_id=world.cast.provider_id())
    with open_scope(scope):
        assert not Ticket._base_manager.filter(pk=secret.pk).exists()
        assert not Attachment._base_manager.filter(message__ticket_id=secret.pk).exists()
        assert not BreachReason._base_manager.filter(clock=secret.fix_clock_id).exists()
        assert not AuditEntry.objects.filter(object_type="tickets.ticket", object_id=secret.pk).exists()
        for model in kept:
            assert not model._base_manager.filter(ticket_id=secret.pk).exists(), model
        with as_system():
            assert Ticket.objects.filter(pk=secret.pk).exists()
            assert BreachReason._base_manager.filter(clock=secret.fix_clock_id).exists()


WRITES: list[LiteralString] = [
    "UPDATE tickets_ticket SET is_confidential = false WHERE id = %s",
    "DELETE FROM tickets_message WHERE ticket_id = %s",
    "UPDATE tickets_ticketreader SET ended_at = now() WHERE ticket_id = %s",
]


@pytest.mark.parametrize("statement", WRITES)
def test_nobody_else_can_write_what_they_cannot_read(
    world: World, secret: Ticket, statement: LiteralString
) -> None:
    with open_scope(world.cast.scope("lena")), connection.cursor() as cursor:
        cursor.execute(statement, [secret.pk])
        assert cursor.rowcount == 0


def test_mail_and_notifications_say_the_reference_alone(world: World, secret: Ticket) -> None:
    """Also what was told before it became confidential; those who read nothing are led nowhere."""
    cast = world.cast
    with open_scope(cast.staff_scope()):
        mails = OutboundMail.objects.filter(recipients__contains=[cast.person("rita").email])
        subjects = [
            mail.subject for mail in mails if f"ALD-{secret.number}" in mail.subject or MARKER in mail.subject
        ]
        told = Notification.objects.filter(summary__contains=str(secret.number)).exclude(
            key__startswith="quote"
        )
        assert not [one for one in Notification.objects.all() if MARKER in one.summary + one.detail]
        assert not OutboundMail.objects.filter(subject__contains=MARKER).exists()
        assert all(subject.startswith("Request [") for subject in subjects)
        asked = {one.person.name.lower(): one.path for one in told.order_by("id").select_related("person")}
        assert {"lena", "cass", "ada"} <= set(asked)
        assert str(secret.number) not in asked["lena"] + asked["cass"]
        assert asked["ada"].endswith(f"/tickets/{secret.number}/")
        assert all("needs attention" in one.summary for one in told)


def test_reports_count_it_without_its_words(world: World, secret: Ticket) -> None:
    client = Client()
    client.force_login(world.cast.user("cass"))
    kwargs = {"provider": "alder", "customer": "oakfield", "quarter": _quarter()}
    csv = body_of(client.get(reverse("reports:figure", kwargs={**kwargs, "figure": "opened"}))).decode()
    lines = [line for line in csv.splitlines() if f"-{secret.number}," in line]
    assert len(lines) == 1
    assert ",confidential," in lines[0]
    for figure in ("escalations", "reply", "open"):
        path = reverse("reports:figure", kwargs={**kwargs, "figure": figure})
        assert MARKER not in body_of(client.get(path)).decode()


@pytest.mark.rule("T7")
def test_what_is_read_is_kept_exactly(world: World, secret: Ticket) -> None:
    """Once for each way within some minutes; looking at lists, and being shut out, is no reading."""
    inner = with_secret(world, secret)
    file, html = inner.part("rita", "attachment"), inner.part("rita", "message")
    with open_scope(world.cast.scope("theo")):
        before = set(TicketReading.objects.filter(ticket=secret).values_list("pk", flat=True))
    for name, paths in {
        "theo": [
            f"desk/tickets/{secret.number}/",
            f"desk/tickets/{secret.number}/",
            "desk/queue/",
            f"desk/files/{file}/",
        ],
        "rita": [f"portal/requests/{secret.number}/", f"portal/messages/{html}/", "portal/requests/"],
        "lena": [f"desk/tickets/{secret.number}/", f"desk/files/{file}/"],
    }.items():
        client = Client()
        client.force_login(world.cast.user(name))
        for path in paths:
            client.get(f"/alder/{path}")
    Api(token_for(world.cast, "ada")).get(f"tickets/{secret.number}")
    with open_scope(world.cast.scope("theo")):
        rows = TicketReading.objects.filter(ticket=secret).exclude(pk__in=before).order_by("id")
        read = [(row.person.name, row.way, row.what) for row in rows.select_related("person")]
    assert read == [
        ("Theo", ReadingWay.PAGE, ""),
        ("Theo", ReadingWay.FILE, str(file)),
        ("Rita", ReadingWay.PAGE, ""),
        ("Rita", ReadingWay.MESSAGE, str(html)),
        ("Ada", ReadingWay.API, ""),
    ]
