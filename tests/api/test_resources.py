"""The conversation, contracts, answers, people and visits over REST (rules I7, P1, P9)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from accounts.tenancy.scope import open_scope
from contracts.promises import PromiseBook
from tests.api.conftest import Api
from tests.cast import Cast
from tickets.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]


@pytest.fixture
def number(school: Api) -> int:
    return int(school.post("tickets", {"subject": "Printer", "text": "Jam"}).json()["number"])


def test_a_conversation_with_files_and_notes(desk: Api, school: Api, number: int) -> None:
    path = f"tickets/{number}/messages"
    assert desk.post(path, {"kind": "note", "text": "Old model"}).json()["direction"] == "note"
    assert desk.post(path, {"text": "Pull the tray"}).json()["direction"] == "out"
    assert desk.get(f"tickets/{number}").json()["response_clock"]["state"] == "met"
    file = SimpleUploadedFile("../jam.html", b"<b>jam</b>", "text/html")
    answer = school.client.post(f"/api/v1/{path}", {"text": "See", "file": file})
    assert answer.status_code == 201, answer.content
    [stored] = answer.json()["attachments"]
    assert stored["name"] == "jam.html"
    for api in (desk, school):
        loaded = api.get(f"attachments/{stored['id']}")
        assert b"".join(loaded.streaming_content) == b"<b>jam</b>"
        assert loaded.headers["Content-Disposition"].startswith("attachment")
    assert [one["direction"] for one in desk.get(path).json()["results"]][:1] == ["in"]
    assert "note" in {one["direction"] for one in desk.get(path).json()["results"]}
    assert "note" not in {one["direction"] for one in school.get(path).json()["results"]}
    assert school.post(path, {"kind": "note", "text": "x"}).status_code == 403


def test_too_large_a_file_leaves_nothing(cast: Cast, school: Api, number: int, settings: Any) -> None:
    settings.ATTACHMENT_LIMIT = 3
    file = SimpleUploadedFile("big.txt", b"1234")
    answer = school.client.post(f"/api/v1/tickets/{number}/messages", {"text": "See", "file": file})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    with open_scope(cast.staff_scope()):
        assert not Message.objects.filter(text="See").exists()


@pytest.mark.rule("P9")
def test_contracts_in_force(desk: Api, school: Api) -> None:
    assert {one["customer"]["slug"] for one in desk.get("contracts").json()["results"]} == {
        "oakfield",
        "hillside",
    }
    [own] = school.get("contracts").json()["results"]
    whole = school.get(f"contracts/{own['id']}").json()
    assert whole["package"]["name"].startswith("Full Managed")
    assert whole["variations"] == []
    assert {"kind", "left", "deliver_by"} <= set(whole["allowances"][0])


@pytest.mark.rule("P1")
def test_whether_it_is_covered(desk: Api, school: Api) -> None:
    question = {"topic": "classroom_av", "facts": {"av_unit": "projector", "height_m": 9}}
    found = school.post("coverage", question).json()
    assert found["wording"]
    assert found == desk.post("coverage", {**question, "customer": "oakfield"}).json()
    for wrong, pointer in [
        ({"topic": "classroom_av"}, "/customer"),
        ({"topic": "magic", "customer": "oakfield"}, "/topic"),
        ({**question, "customer": "riverside"}, "/customer"),
        ({"topic": "classroom_av", "customer": "oakfield", "facts": {"colour": "red"}}, "/facts"),
        ({"topic": "classroom_av", "customer": "oakfield", "facts": {"av_unit": []}}, "/facts"),
        ({"topic": "classroom_av", "customer": "oakfield", "on": "1999-01-01"}, "/on"),
    ]:
        answer = desk.post("coverage", wrong)
        assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.rule("S9")
def test_deadlines_are_those_of_the_command(cast: Cast, desk: Api, school: Api) -> None:
    at = "2026-07-03T16:00"  # in summer, so that the offset is told
    promise = PromiseBook.of("alder").promise(level="high", at=at, customer="oakfield")
    asked: list[tuple[Api, dict[str, str]]] = [(desk, {"customer": "oakfield"}), (school, {})]
    for api, more in asked:
        found = api.post("deadline", {"level": "high", "at": at, **more}).json()
        assert promise.fix_due is not None
        assert found["fix_due"] == promise.fix_due.isoformat()
    assert school.post("deadline", {"level": "high", "at": at, "customer": "hillside"}).status_code == 422
    assert desk.post("deadline", {"level": "high", "at": "soon"}).status_code == 422


def test_people_and_customers(desk: Api, school: Api) -> None:
    assert {one["slug"] for one in desk.get("customers").json()["results"]} == {"oakfield", "hillside"}
    assert [one["slug"] for one in school.get("customers").json()["results"]] == ["oakfield"]
    assert school.get("customers/hillside").status_code == 404
    everybody = {one["name"] for one in desk.get("people", page_size=200).json()["results"]}
    assert {"Tess", "Rita", "Hugo"} <= everybody
    own = {one["name"] for one in school.get("people").json()["results"]}
    assert own == {"Rita", "Remy", "Rob", "Bea", "Ian", "Fay"}
    [hugo] = desk.get("people", email="HUGO@hillside.example").json()["results"]
    assert hugo["memberships"][0]["customer"]["slug"] == "hillside"
    assert school.get(f"people/{hugo['id']}").status_code == 404


def test_visits_and_closures(desk: Api) -> None:
    assert desk.get("visits", first_day="2026-01-01").json()["results"] == []
    assert "Christmas shutdown 2026" in {one["name"] for one in desk.get("closures").json()["results"]}
    assert desk.get("visits", first_day="soon").status_code == 422


def test_the_document_is_valid_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
