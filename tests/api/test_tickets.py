"""Tickets over REST do what the pages do: clocks, acknowledgement, answers, the same refusals (I7, S5, S11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.models import Clock
from tests.api.conftest import Api
from tests.cast import Cast
from tickets.models import RequestForm, Ticket
from tickets.services.requests import Given, request_open

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]


@pytest.fixture
def rita(cast: Cast) -> int:
    with open_scope(cast.staff_scope()):
        return cast.person("rita").pk


@pytest.fixture
def number(desk: Api, rita: int) -> int:
    return int(_open(desk, rita).json()["number"])


def _open(api: Api, rita: int, **more: Any) -> Any:
    body = {"customer": "oakfield", "requester": rita, "subject": "No wifi", "text": "None at all."}
    return api.post("tickets", {**body, **more})


def test_opening_starts_clocks_and_acknowledges(cast: Cast, desk: Api, rita: int) -> None:
    answer = _open(desk, rita, channel="phone")
    assert answer.status_code == 201
    ticket = answer.json()
    assert ticket["state"] == "new"
    assert ticket["customer"] == {"slug": "oakfield", "name": "Oakfield"}
    assert ticket["fix_clock"]["state"] == "running"
    due = datetime.fromisoformat(ticket["response_clock"]["due_at"])
    assert due.utcoffset() is not None
    assert due == datetime.fromisoformat(ticket["promise_at"])
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get(number=ticket["number"]).promise_at == due
        assert OutboundMail.objects.filter(purpose="acknowledgement").count() == 1
    assert desk.get(f"tickets/{ticket['number']}").json() == ticket


def test_a_school_opens_for_itself(school: Api) -> None:
    ticket = school.post("tickets", {"subject": "Printer", "text": "Jam", "channel": "phone"}).json()
    assert ticket["customer"]["slug"] == "oakfield"
    assert ticket["requester"]["name"] == "Ian"
    assert ticket["channel"] == "portal"
    assert ticket["team"] is ticket["escalation_level"] is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"customer": "riverside"}, "/customer"),  # of another provider: the same words as for none at all
        ({"customer": 7}, "/customer"),
        ({"requester": 10**30}, "/requester"),
        ({"customer": "hillside"}, "/requester"),
        ({"subject": ""}, "/subject"),
        ({"text": "a\x00b"}, "/text"),
        ({"channel": "email"}, "/channel"),
        ({"level": "worst"}, "/level"),
    ],
)
def test_wrong_requests_say_which_field(
    cast: Cast, desk: Api, rita: int, changed: dict[str, Any], pointer: str
) -> None:
    answer = _open(desk, rita, **changed)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    with open_scope(cast.staff_scope()):
        assert not Ticket.objects.exists()


def test_a_ticket_through_its_life(cast: Cast, desk: Api, number: int) -> None:
    with open_scope(cast.staff_scope()):
        theo = cast.person("theo").pk
    steps: list[tuple[str, dict[str, Any], str, Any]] = [
        ("assign", {"assignee": theo}, "assignee", {"id": theo, "name": "Theo"}),
        ("wait", {"waiting_for": "customer", "reason": "Which room?"}, "state", "waiting_customer"),
        ("resume", {}, "state", "open"),
        ("fix", {"text": "Switched it on."}, "state", "fixed"),
        ("reopen", {"reason": "Gone again"}, "state", "open"),
        ("fix", {"text": "New cable.", "by_phone": True}, "state", "fixed"),
        ("close", {}, "closed_as", "fixed"),
    ]
    for act, body, field, expected in steps:
        answer = desk.post(f"tickets/{number}/{act}", body)
        assert answer.status_code == 200, answer.content
        assert answer.json()[field] == expected
    assert answer.json()["response_clock"]["state"] == "met"
    again = desk.post(f"tickets/{number}/fix", {"text": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


@pytest.mark.rule("S1")
def test_another_level_moves_the_deadline(desk: Api, number: int) -> None:
    before = desk.get(f"tickets/{number}").json()["fix_clock"]["allowance_minutes"]
    answer = desk.post(f"tickets/{number}/level", {"level": "urgent", "reason": "All classes"})
    assert answer.json()["level"]["key"] == "urgent"
    assert answer.json()["fix_clock"]["allowance_minutes"] < before


def test_a_change_on_an_old_version_is_stopped(desk: Api, number: int) -> None:
    tag = desk.get(f"tickets/{number}").headers["ETag"]
    assert desk.post(f"tickets/{number}/assign", {"assignee": None}, **{"if-match": tag}).status_code == 200
    answer = desk.post(f"tickets/{number}/fix", {"text": "x"}, **{"if-match": tag})
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert desk.get(f"tickets/{number}").json()["state"] == "new"
    assert desk.post(f"tickets/{number}/resume", {}, **{"if-match": "x"}).status_code == 422


@pytest.mark.rule("S11")
def test_a_missed_clock_needs_its_reason_here_too(cast: Cast, desk: Api, number: int) -> None:
    with open_scope(cast.staff_scope()):
        past = timezone.now() - timedelta(days=90)
        Clock.objects.update(due_at=past)
    assert desk.post(f"tickets/{number}/fix", {"text": "At last"}).status_code == 200
    answer = desk.post(f"tickets/{number}/close", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "reason_needed")
    # The token acts for a technician, who may not close it as not counted either.
    answer = desk.post(f"tickets/{number}/close", {"closed_as": "withdrawn"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_the_list_is_filtered_and_paged(desk: Api, rita: int) -> None:
    numbers = [_open(desk, rita, subject=f"Number {one}").json()["number"] for one in range(3)]
    first = desk.get("tickets", page_size=2).json()
    assert [one["number"] for one in first["results"]] == numbers[:0:-1]
    second = desk.client.get(first["next"]).json()
    assert [one["number"] for one in second["results"]] == numbers[:1]
    now = timezone.now().isoformat()
    cases: list[tuple[dict[str, Any], int]] = [
        ({"state": ["new", "open"]}, 3),
        ({"state": "closed"}, 0),
        ({"customer": "oakfield"}, 3),
        ({"customer": "riverside"}, 0),
        ({"level": "urgent"}, 0),
        ({"channel": "phone"}, 0),
        ({"updated_since": "2026-01-01T00:00:00Z"}, 3),
        ({"updated_since": now}, 0),
    ]
    for query, count in cases:
        assert len(desk.get("tickets", **query).json()["results"]) == count, query
    assert desk.get("tickets", state="lost").status_code == 422
    assert desk.get("tickets", cursor="lost").status_code == 422


def test_a_school_may_not_do_the_desks_work(desk: Api, school: Api, number: int) -> None:
    for act in ("level", "assign", "wait", "resume", "fix", "close"):
        assert school.post(f"tickets/{number}/{act}", {}).status_code == 403
    desk.post(f"tickets/{number}/fix", {"text": "Done"})
    assert school.post(f"tickets/{number}/reopen", {"reason": "No"}).json()["state"] == "open"


def test_what_is_no_address_is_a_problem_too(desk: Api) -> None:
    for path in ("nowhere", "tickets/", "tickets/x", "tickets/99999999999999999999"):
        answer = desk.get(path)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
    answer = desk.client.post("/api/v1/tickets", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    answer = desk.client.post("/api/v1/tickets", "a=b", content_type="text/plain")
    assert answer.status_code == 415
    assert desk.client.delete("/api/v1/tickets").status_code == 405


@pytest.mark.rule("I10")
def test_what_was_asked_through_a_form_is_told(cast: Cast, desk: Api, school: Api) -> None:
    with open_scope(cast.scope("rita")):
        form = RequestForm.objects.get(kind="equipment")
        answers = [
            Given(one, "3" if one.kind == "number" else "Visualiser") for one in form.questions.all()[:2]
        ]
        ticket = request_open(
            form=form, customer=cast.customer(), requester=cast.person("rita"), answers=answers
        )
    for api in (desk, school):
        told = api.get(f"tickets/{ticket.number}").json()
        assert told["state"] == "waiting_approval"
        assert told["request"]["answers"] == [
            {"label": "What is needed?", "value": "Visualiser"},
            {"label": "How many?", "value": "3"},
        ]
        assert (told["approval"]["state"], told["approval"]["asked_of"]) == ("waiting", "Bea or Rob")
        assert told["fix_clock"] is None
