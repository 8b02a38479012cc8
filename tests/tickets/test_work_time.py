"""How long people worked on a ticket: for the staff alone, taken away by whoever noted it or by a lead."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import Ticket, WorkTime
from tickets.services.confidential import ticket_make_confidential
from tickets.services.work_time import work_time_note

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[str], Client]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with open_scope(cast.staff_scope(name="tess")):
        return open_one(cast)


def noted(cast: Cast, ticket: Ticket, name: str, minutes: int) -> WorkTime:
    with open_scope(cast.staff_scope(name=name)):
        return work_time_note(ticket=ticket, by=cast.person(name), minutes=minutes, note="Cables")


def test_the_panel_adds_up_and_the_school_sees_nothing(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    tess, page = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    assert "Time worked" not in tess.get(f"{page}beside/").content.decode()
    assert tess.post(f"{page}worked/", {"minutes": "50", "note": "Cables"}).status_code == 302
    noted(cast, ticket, "theo", 25)
    beside = tess.get(f"{page}beside/").content.decode()
    assert "1 h 15" in beside
    assert beside.count("unworked/") == 1  # her own alone
    assert "Cables" not in signed_in("rita").get(f"/alder/portal/requests/{ticket.number}/").content.decode()


@pytest.mark.parametrize("minutes", ["0", "-5", "1441", "half an hour", ""])
def test_no_time_that_cannot_be(ticket: Ticket, signed_in: SignIn, cast: Cast, minutes: str) -> None:
    refused = signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/worked/", {"minutes": minutes})
    assert refused.status_code == 422
    with open_scope(cast.staff_scope()):
        assert not WorkTime.objects.exists()


@pytest.mark.parametrize(
    ("who", "status", "left"),
    [("theo", 302, 0), ("tess", 422, 1), ("lena", 302, 0), ("cass", 302, 0), ("ada", 302, 0)],
)
def test_who_takes_it_away(
    cast: Cast, ticket: Ticket, signed_in: SignIn, who: str, status: int, left: int
) -> None:
    row = noted(cast, ticket, "theo", 25)
    answer = signed_in(who).post(f"/alder/desk/tickets/{ticket.number}/unworked/", {"entry": row.pk})
    assert answer.status_code == status
    with open_scope(cast.staff_scope()):
        assert WorkTime.objects.count() == left


def test_an_entry_of_another_ticket_is_not_there(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="theo")):
        other = open_one(cast)
    row = noted(cast, ticket, "theo", 25)
    answer = signed_in("theo").post(f"/alder/desk/tickets/{other.number}/unworked/", {"entry": row.pk})
    assert answer.status_code == 422


@pytest.mark.rule("P5")
def test_a_remote_session_is_time_worked(cast: Cast, ticket: Ticket, signed_in: SignIn) -> None:
    page = f"/alder/desk/tickets/{ticket.number}/"
    assert signed_in("tess").post(f"{page}remote/", {"minutes": "20", "note": "Drivers"}).status_code == 302
    with open_scope(cast.staff_scope()):
        row = WorkTime.objects.get()
        assert (row.minutes, row.person.name, row.note) == (20, "Tess", "Drivers")


@pytest.mark.rule("T6")
def test_of_a_confidential_ticket_for_its_readers_alone(cast: Cast, ticket: Ticket) -> None:
    noted(cast, ticket, "theo", 25)
    with open_scope(cast.staff_scope(name="theo")):
        ticket_make_confidential(ticket=ticket, reason="A child")
        assert WorkTime.objects.count() == 1
    with open_scope(cast.staff_scope(name="tess")):
        assert not WorkTime.objects.exists()
