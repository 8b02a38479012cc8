"""The telephone: who is calling, and the calls that we have promised."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from delivery.models import Notification
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.callers import callers_found
from tickets.models import CallBack, Direction, Message, Ticket
from tickets.services.call_backs import call_back_agree, call_back_done, call_back_move

SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
pytestmark = pytest.mark.rule("I5")


@pytest.fixture(autouse=True)
def _monday_morning() -> object:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def numbers(cast: Cast) -> None:
    """Rita has two numbers, Rob one behind the school's; Hillside has none."""
    with open_scope(cast.staff_scope()):
        school = cast.customer()
        school.phone = "01632 960001"
        school.save()
        for name, phone in (("rita", "07700 900 123, 01632 960001 ext 12"), ("rob", "(01632) 960001 x14")):
            person = cast.person(name)
            person.phone = phone
            person.save()


@pytest.mark.parametrize(
    ("words", "first", "how_many"),
    [
        ("07700900123", "Rita", 1),
        ("+447700900123", "Rita", 1),
        ("900123", "Rita", 1),
        ("01632 960001 ext 14", "Rob", 6),  # the others are reached by the same number
        ("01632960001", "Rita", 6),
        ("020 7946 0018", "", 0),
        ("rita", "Rita", 1),
        ("oakf rit", "Rita", 1),
        ("Oakfeild", "Bea", 6),  # nobody is called so: what is like it
        ("Hilside", "Hana", 2),
        ("zzzz", "", 0),
        ("%", "", 0),
    ],
)
@pytest.mark.usefixtures("numbers")
def test_a_caller_is_found_by_number_digits_or_letters(
    cast: Cast, words: str, first: str, how_many: int
) -> None:
    with open_scope(cast.staff_scope()):
        found = callers_found(words)
        assert len(found.rows) == how_many, [row.person.name for row in found.rows]
        assert not first or found.rows[0].person.name == first
        assert found.is_guess == (words in {"Oakfeild", "Hilside"})


@pytest.mark.usefixtures("numbers")
def test_a_telephone_system_opens_the_call_and_a_new_number_is_kept(signed_in: SignIn, cast: Cast) -> None:
    tess = signed_in("tess")
    with open_scope(cast.staff_scope()):
        rita = CustomerMembership.objects.get(person=cast.person("rita")).pk
        remy = CustomerMembership.objects.get(person=cast.person("remy")).pk
    known = tess.get("/alder/desk/phone/?number=+447700900123")  # the '+' arrives as a blank
    assert known["Location"] == f"/alder/desk/phone/{rita}/?number=%2B447700900123"
    unknown = tess.get("/alder/desk/phone/", {"number": "+447700900777"}).content.decode()
    assert "We do not know this number" in unknown
    assert "Nobody found" not in tess.get("/alder/desk/phone/", {"number": "anonymous"}).content.decode()
    listed = tess.get(
        "/alder/desk/phone/", {"number": "+447700900777", "q": "rem"}, headers={"HX-Request": "true"}
    )
    assert f"/alder/desk/phone/{remy}/?number=%2B447700900777" in listed.content.decode()
    assert (
        "Keep 07700 900777" in tess.get(f"/alder/desk/phone/{remy}/?number=%2B447700900777").content.decode()
    )
    assert "Keep 0" not in tess.get(f"/alder/desk/phone/{rita}/?number=%2B447700900123").content.decode()
    data = {"subject": "Toner", "text": "Empty", "called_from": "+447700900777"}
    tess.post(f"/alder/desk/phone/{remy}/", data)
    with open_scope(cast.staff_scope()):
        assert cast.person("remy").phone == ""  # only if the technician says so
    tess.post(f"/alder/desk/phone/{remy}/", {**data, "subject": "Paper", "keep_number": "on"})
    with open_scope(cast.staff_scope()):
        assert cast.person("remy").phone == "07700 900777"
        assert [row.pk for row in callers_found("07700900777").rows] == [remy]


@pytest.fixture
def call(cast: Cast) -> CallBack:
    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        return call_back_agree(
            ticket=ticket, person=ticket.requester, phone="01632 960001", at=MONDAY + timedelta(hours=2)
        )


def test_a_call_is_reminded_of_once_for_each_agreed_time_and_late_when_late(
    cast: Cast, call: CallBack
) -> None:
    def told(at: datetime) -> list[bool]:
        with time_machine.travel(at, tick=False):
            sweep(now=at)
            sweep(now=at)
        with open_scope(cast.staff_scope()):
            rows = Notification.objects.filter(person=cast.person("tess"), key__startswith="call-back:")
            return list(rows.order_by("pk").values_list("is_late", flat=True))

    assert told(MONDAY + timedelta(minutes=109)) == []
    assert told(MONDAY + timedelta(minutes=110)) == [False]
    with open_scope(cast.staff_scope(name="tess")):
        call_back_move(call_back=call, at=MONDAY + timedelta(hours=3))
    assert told(MONDAY + timedelta(hours=4)) == [False, True]


def test_what_became_of_a_call_is_noted_and_the_next_is_agreed(
    signed_in: SignIn, cast: Cast, call: CallBack
) -> None:
    tess = signed_in("tess")
    with open_scope(cast.staff_scope()):
        path = f"/alder/desk/tickets/{call.ticket.number}/"
    assert "?do=called#call-back" in tess.get("/alder/desk/call-backs/?whose=mine").content.decode()
    assert "Rita" not in signed_in("theo").get("/alder/desk/call-backs/?whose=mine").content.decode()
    assert "What became of it?" in tess.get(f"{path}?do=called").content.decode()
    moved = {"call_back": call.pk, "at": "2026-11-23T14:00"}
    assert tess.post(f"{path}move_call/", moved).status_code == 302
    wrong = {"call_back": call.pk, "outcome": "not_needed", "again_at": "2026-11-24T09:00"}
    assert tess.post(f"{path}called/", wrong).status_code == 422
    nobody = {**wrong, "outcome": "nobody", "note": "Rang out"}
    assert tess.post(f"{path}called/", nobody).status_code == 302
    assert tess.post(f"{path}called/", nobody).status_code == 422  # it was made already
    agreed = {"at": "2026-11-25T09:00", "phone": "07700 900123"}
    assert tess.post(f"{path}call_back/", agreed).status_code == 302
    with open_scope(cast.staff_scope()):
        ticket = Ticket.objects.get(pk=call.ticket_id)
        rows = CallBack.objects.filter(ticket=ticket).values_list("agreed_at", "outcome", "done_at")
        assert list(rows) == [
            (datetime(2026, 11, 23, 14, tzinfo=UTC), "nobody", MONDAY),
            (datetime(2026, 11, 24, 9, tzinfo=UTC), "", None),
            (datetime(2026, 11, 25, 9, tzinfo=UTC), "", None),
        ]
        notes = Message.objects.filter(ticket=ticket, direction=Direction.NOTE).values_list("text", flat=True)
        assert any("was moved from" in note and "14:00" in note for note in notes)
        assert any("Nobody answered. Rang out" in note for note in notes)
        assert ticket.response_clock is not None
        assert (
            ticket.response_clock.is_open
        )  # a call is no answer before somebody says what was said (Rule S5)


def test_a_call_in_the_past_or_without_a_number_is_refused(cast: Cast, call: CallBack) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        ticket, rita = call.ticket, cast.person("rita")
        for phone, at, field in (("1", MONDAY, "at"), ("1", MONDAY + timedelta(days=400), "at"),
                                 (" ", MONDAY + timedelta(hours=1), "phone")):  # fmt: skip
            with pytest.raises(ValidationError) as problem:
                call_back_agree(ticket=ticket, person=rita, phone=phone, at=at)
            assert field in problem.value.message_dict
        with pytest.raises(ValidationError):
            call_back_move(call_back=call, at=MONDAY)
        call_back_done(call_back=call, outcome="reached")
        with pytest.raises(ValidationError):
            call_back_move(call_back=call, at=MONDAY + timedelta(hours=5))
