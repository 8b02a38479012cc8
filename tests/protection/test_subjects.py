"""What is held about a person is handed out, and goes when they are erased (rules T6, T7)."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import InternalError, ProgrammingError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry, Person, User
from accounts.tenancy.scope import as_system, open_scope
from delivery.sweeper import sweep
from protection.models import Erasure, ErasureState, ExportState, SubjectExport
from protection.patterns import patterns_of
from protection.services.erasing import erasure_begin, erasure_obstacles
from protection.services.exporting import export_ask
from protection.services.retention import hold_end, hold_place
from tests.cast import Cast
from tests.protection.scene import EMAIL, NAME, NEEDLES, WORD, Scene, make
from tests.protection.searching import columns, places_of
from tests.protection.test_retention import figures_of, numbers
from tests.tickets.test_opening import open_one
from tickets.models import Message, Ticket
from tickets.services.confidential import ticket_make_confidential

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T7")]
SignIn = Callable[[str], Client]
Owner = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def scene(cast: Cast, settings: Settings, tmp_path: Path) -> Scene:
    settings.MEDIA_ROOT = tmp_path  # what other tests left must not be found
    return make(cast)


def work() -> None:
    """The worker until nothing is left to do."""
    now = datetime.now(UTC)
    for seconds in range(6):
        sweep(now=now + timedelta(seconds=seconds), queues=["subject_exports", "erasures", "doomed_files"])


def erase(cast: Cast, key: int) -> Erasure:
    with open_scope(cast.scope("ada")):
        row = erasure_begin(person=Person.objects.get(pk=key), reason="Asked by letter", typed=EMAIL)
    work()
    with open_scope(cast.staff_scope()):
        return Erasure.objects.get(pk=row.pk)


def export(cast: Cast, key: int, who: str = "ada") -> tuple[SubjectExport, ZipFile]:
    with open_scope(cast.scope(who)):
        row = export_ask(person=Person.objects.get(pk=key))
    work()
    with open_scope(cast.staff_scope()):
        row = SubjectExport.objects.get(pk=row.pk)
    assert row.state == ExportState.READY, row.last_failure
    return row, ZipFile(io.BytesIO(default_storage.open(row.path).read()))


def test_nothing_of_an_erased_person_is_left_anywhere(cast: Cast, scene: Scene, as_owner: Owner) -> None:
    export(cast, scene.person)
    before = figures_of(cast)
    assert len(columns()) > 300
    with as_owner():
        for needle in NEEDLES:
            assert places_of(needle), f"the search does not even find {needle} before"
        there = places_of(WORD)
    assert any("tickets_message" in one for one in there)
    assert any("tickets_inboundmail.raw" in one for one in there)
    assert any("chat_chatmessage" in one for one in there)
    assert any("/" in one and "." not in one.partition(":")[0] for one in there), "no file holds the word"
    done = erase(cast, scene.person)
    assert done.state == ErasureState.DONE, done.last_failure
    assert done.needles == []
    with as_owner():
        for needle in NEEDLES:
            assert places_of(needle) == [], needle
        assert places_of("the lamp stays"), "what others wrote stays"
    assert numbers(figures_of(cast)) == numbers(before)
    with open_scope(cast.staff_scope()), as_system():
        person = Person.objects.get(pk=scene.person)
        assert (person.name, person.phone, person.user, person.is_active) == (
            "Erased person",
            "",
            None,
            False,
        )
        assert Ticket.objects.get(pk=scene.own).requester == person
        rest = " ".join(Message.objects.filter(ticket=scene.others).values_list("text", flat=True))
        assert "Thank you erased." in rest
        assert AuditEntry.objects.filter(action="person.erased", object_id=done.pk).exists()
        assert AuditEntry.objects.filter(object_type="accounts.person", object_id=scene.person).exists()


def test_the_search_and_replacement_finds_whole_names_alone(cast: Cast) -> None:
    (name, email, phone) = patterns_of(["Ann Lee", "Grace"], ["a.b@c.example"], ["+44 1632 960 123, 12"])
    cases = {
        name: ("ANN  lee", "Joann Leeds"),
        email: ("<A.B@c.example>", "axb@c.example"),
        phone: ("(01632) 960-123", "1632 960 124"),
    }
    with connection.cursor() as cursor:
        for pattern, (found, other) in cases.items():
            cursor.execute("SELECT %s ~* %s, %s ~* %s", [found, pattern, other, pattern])
            assert cursor.fetchone() == (True, False), pattern


def test_mentions_go_during_an_erasure_alone(cast: Cast) -> None:
    with (
        pytest.raises((InternalError, ProgrammingError), match="no erasure"),
        open_scope(cast.staff_scope()),
        as_system(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT protection_mentions_remove(1, 'accounts_auditentry')")


def test_what_is_in_the_way_is_said_and_holds(cast: Cast, scene: Scene) -> None:
    with open_scope(cast.scope("ada")):
        person = Person.objects.get(pk=scene.person)
        assert erasure_obstacles(person) == []
        with pytest.raises(ValidationError, match="not the address"):
            erasure_begin(person=person, reason="x", typed="somebody@else.example")
        hold = hold_place(reason="Dispute", person=person)
        assert erasure_obstacles(person) == ["Everything about them is held."]
        with pytest.raises(ValidationError, match="held"):
            erasure_begin(person=person, reason="x", typed=EMAIL)
        hold_end(hold=hold)
        hold_place(reason="Dispute", ticket=Ticket.objects.get(pk=scene.own))
        assert erasure_obstacles(person) == ["A request of theirs is held."]
        open_one(cast)
        assert erasure_obstacles(cast.person("rita")) == ["One request of theirs is not closed."]
        for name, words in {
            "ada": "Somebody else has to erase you.",
            "cass": "They look after schools",
            "lena": "They lead a team",
            "tess": "They still work for you",
        }.items():
            assert words in " ".join(erasure_obstacles(cast.person(name))), name
    with open_scope(cast.staff_scope()):
        assert not Erasure.objects.exists()


def test_a_way_in_that_another_provider_uses_stays(cast: Cast, scene: Scene) -> None:
    with open_scope(cast.staff_scope()):
        user = Person.objects.get(pk=scene.person).user
    with open_scope(cast.staff_scope("birch")):
        Person.objects.create(name="The same", email=EMAIL, user=user, is_active=False)
    erase(cast, scene.person)
    assert user is not None
    assert User.objects.filter(pk=user.pk).exists()


def test_everything_about_a_person_is_gathered(cast: Cast, scene: Scene, signed_in: SignIn) -> None:
    row, archive = export(cast, scene.person)
    data = json.loads(archive.read("data.json"))
    assert data["person"]["records"][0]["email"] == EMAIL
    expected = {
        "tickets",
        "messages_own",
        "messages_elsewhere",
        "chats",
        "satisfaction",
        "memberships",
        "mail_out",
    }
    assert expected <= set(data)
    assert data["messages_own"]["review"] is True
    assert data["satisfaction"]["review"] is False
    index = archive.read("index.html").decode()
    assert "REVIEW" in index
    assert NAME.replace("'", "&#x27;") in index
    files = [one for one in archive.namelist() if one.startswith("files/")]
    assert {WORD.encode() in archive.read(one) for one in files} == {True}
    assert {one.split("/")[1] for one in files} == {"files", "mail_in", "chat_files"}
    assert len({one for one in archive.namelist() if one.endswith(".html")}) == len(data) + 1
    ada, page = signed_in("ada"), f"/alder/settings/personal-data/exports/{row.pk}/"
    assert "It is ready" in ada.get(page).content.decode()
    fetched = ada.get(f"{page}file/")
    assert b"".join(fetched.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    with open_scope(cast.staff_scope()):
        assert AuditEntry.objects.filter(action="export.fetched", object_id=scene.person).count() == 1
    sweep(now=datetime.now(UTC) + timedelta(days=8), queues=["subject_exports", "doomed_files"])
    sweep(now=datetime.now(UTC) + timedelta(days=8), queues=["doomed_files"])
    assert not default_storage.exists(row.path)
    assert ada.get(f"{page}file/").status_code == 404
    assert "its time is over" in ada.get(page).content.decode()


@pytest.mark.rule("T6")
def test_confidential_tickets_need_a_reader_to_include_them(cast: Cast, scene: Scene) -> None:
    with open_scope(cast.scope("sena")):
        ticket_make_confidential(ticket=Ticket.objects.get(pk=scene.own), reason="A child")
    row, archive = export(cast, scene.person)
    assert row.left_out == 1
    assert "tickets" not in json.loads(archive.read("data.json"))
    row, archive = export(cast, scene.person, who="sena")
    assert row.left_out == 0
    assert json.loads(archive.read("data.json"))["tickets"]["records"][0]["subject"].startswith("A zebra")


def test_from_the_search_to_the_erasure_on_the_pages(cast: Cast, scene: Scene, signed_in: SignIn) -> None:
    ada, start = signed_in("ada"), "/alder/settings/personal-data/"
    assert "Nobody was erased yet" in ada.get(start).content.decode()
    assert "Nobody found" in ada.get(f"{start}?q=nobodyatall").content.decode()
    page = f"{start}{scene.person}/"
    assert page in ada.get(f"{start}?q=petra").content.decode()
    assert "Messages in their requests" in ada.get(page).content.decode()
    asked = ada.post(f"{page}export/")
    assert "waiting for the worker" in ada.get(asked["Location"]).content.decode()
    asking = ada.get(f"{page}erase/").content.decode()
    assert "Stays without the name" in asking
    assert ada.post(f"{page}erase/", {"reason": "Letter", "typed": "wrong"}).status_code == 422
    assert ada.post(f"{page}erase/", {"reason": "Letter", "typed": EMAIL}).status_code == 302
    assert "steps" in ada.get(f"{page}erase/").content.decode()
    work()
    assert "Everything is erased since" in ada.get(f"{page}erase/").content.decode()
    listed = ada.get(start).content.decode()
    assert "Letter" in listed
    assert NAME not in listed


@pytest.mark.rule("T1", "T3")
@pytest.mark.parametrize("who", ["tess", "lena", "cass", "sena", "rita"])
def test_administrators_alone_come_in(cast: Cast, scene: Scene, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)
    for path in ("retention/", "holds/", "personal-data/", f"personal-data/{scene.person}/erase/"):
        assert client.get(f"/alder/settings/{path}").status_code == 403, path


@pytest.mark.rule("T1")
def test_people_of_another_provider_are_not_there(cast: Cast, scene: Scene, signed_in: SignIn) -> None:
    row, _archive = export(cast, scene.person)
    with open_scope(cast.scope("ada")):
        hold = hold_place(reason="x", person=Person.objects.get(pk=scene.person))
    bill = signed_in("bill")
    for path in (
        f"personal-data/{scene.person}/",
        f"personal-data/{scene.person}/erase/",
        f"personal-data/exports/{row.pk}/",
        f"personal-data/exports/{row.pk}/file/",
        f"holds/{hold.pk}/end/",
    ):
        assert bill.get(f"/birch/settings/{path}").status_code == 404, path
    assert bill.post(f"/birch/settings/personal-data/{scene.person}/export/").status_code == 404
    assert NAME not in bill.get("/birch/settings/personal-data/?q=petra").content.decode()
    assert bill.post("/birch/settings/holds/", {"what": EMAIL, "reason": "x"}).status_code == 422
