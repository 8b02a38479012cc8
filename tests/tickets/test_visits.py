"""Visits for a ticket: booked from it, linked to it, and what becomes of them stands in it (rules P2, P5, S8)."""

# ruff: noqa: F811 - fixtures of other modules

from collections.abc import Callable
from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Person
from delivery.models import Notification
from sla.models import Apart
from tests.cast import Cast
from tests.tickets.test_callouts import call_out, clocks_of
from tests.tickets.test_callouts import theo as theo
from tests.tickets.test_opening import open_one
from tests.visits.conftest import School, alder, at, willow  # noqa: F401 - the fixtures
from tickets.errors import WrongState
from tickets.models import Channel, Direction, Message, Ticket, TicketVisit, Urgency
from tickets.services.opening import ticket_open
from tickets.services.referrals import referral_open
from tickets.services.suppliers import supplier_save
from tickets.services.visits import ticket_visit_book, ticket_visit_link, ticket_visit_unlink
from tickets.services.work import ticket_fix
from visits.models import AllowanceKind, FairUseAgreement, Visit, VisitState
from visits.services import visit_cancel, visit_miss, visit_reschedule
from visits.when import TimesOn

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P2", "P5")]
SignIn = Callable[[str], Client]
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def ticket(willow: School) -> Ticket:
    person = Person.objects.get(email="wilma@willow.example")
    return ticket_open(
        customer=willow.contract.customer,
        requester=person,
        subject="The board stays dark",
        text="Please come",
        channel=Channel.PHONE,
    )


def book(ticket: Ticket, school: School, when: TimesOn | None = None, kind: str = "on_demand") -> Visit:
    made = ticket_visit_book(
        ticket=ticket, kind=kind, when=when or at("09:00", "10:30"), engineer=school.tess, reason="The board"
    )
    return made.visit


def told(ticket: Ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("text", flat=True))


def test_a_visit_on_demand_is_linked_and_changes_no_limit(willow: School, ticket: Ticket) -> None:
    before = [(clock.due_at, clock.apart) for clock in clocks_of(ticket)]
    visit = book(ticket, willow)
    assert TicketVisit.objects.get(ticket=ticket).visit == visit
    assert [(clock.due_at, clock.apart) for clock in clocks_of(ticket)] == before
    assert {apart for _due, apart in before} == {Apart.COUNTED}
    assert "Visit booked: On-demand visit, Tue 24 Nov 2026, 09:00 to 10:30, Tess." in told(ticket)[-1]


def test_past_fair_use_it_is_booked_noted_and_told(willow: School, ticket: Ticket) -> None:
    FairUseAgreement.objects.create(
        customer=willow.contract.customer,
        contract=willow.contract,
        kind=AllowanceKind.ON_DEMAND_VISIT,
        norm=1,
    )
    book(ticket, willow)
    made = ticket_visit_book(
        ticket=ticket, kind="on_demand", when=at("13:00", "14:00"), engineer=willow.tess, reason="Again"
    )
    assert "Past fair use: 2 on-demand visits of 1" in made.warnings[0]
    assert Message.objects.filter(ticket=ticket, direction=Direction.NOTE, text=made.warnings[0]).exists()
    assert Notification.objects.filter(summary__contains="past fair use").exists()


def test_what_becomes_of_it_stands_in_the_ticket(willow: School, ticket: Ticket) -> None:
    visit = visit_cancel(visit=book(ticket, willow), sequence=0, reason="Ill", by_school=False)
    assert "The visit is cancelled" in told(ticket)[-1]
    assert "Ill" not in told(ticket)[-1]
    made = visit_reschedule(
        visit=visit, sequence=visit.sequence, when=at("09:00", "10:30", WEDNESDAY), engineer=willow.tess
    )
    assert "Another visit in its place" in told(ticket)[-1]
    assert TicketVisit.objects.filter(ticket=ticket, visit=made).exists()


def test_a_booked_visit_is_linked_and_let_go_again(willow: School, ticket: Ticket, cast: Cast) -> None:
    visit = willow.book()
    ticket_visit_link(ticket=ticket, visit=visit)
    with pytest.raises(ValidationError):
        ticket_visit_link(ticket=ticket, visit=visit)
    ticket_visit_unlink(ticket=ticket, visit=visit)
    assert not TicketVisit.objects.exists()
    assert Visit.objects.get(pk=visit.pk).state == VisitState.BOOKED
    with pytest.raises(ValidationError):
        ticket_visit_link(ticket=open_one(cast), visit=visit)  # of another school
    ticket_fix(ticket=ticket, author=willow.tess, text="Done")
    with pytest.raises(WrongState):
        ticket_visit_link(ticket=ticket, visit=visit)
    with pytest.raises(WrongState):
        book(ticket, willow, at("15:00", "16:00"))


@pytest.mark.rule("S8", "P4")
def test_a_callout_is_neither_linked_nor_let_go_and_its_third_party_is_kept(cast: Cast, theo: Person) -> None:
    ticket = open_one(cast)
    visit = call_out(ticket, theo)
    for act in (ticket_visit_link, ticket_visit_unlink):
        with pytest.raises(ValidationError):
            act(ticket=ticket, visit=visit)
    supplier = supplier_save(supplier=None, name="Broadband Ltd")
    with pytest.raises(ValidationError) as refused:
        referral_open(ticket=ticket, supplier=supplier, by=theo, urgency=Urgency.HIGH)
    assert set(refused.value.message_dict) == {"urgency"}
    referral_open(
        ticket=ticket, supplier=supplier, by=theo, urgency=Urgency.HIGHEST, reference="X1", waits=False
    )
    words = "Raised with Broadband Ltd at their highest urgency. Their reference: X1."
    assert told(ticket)[-1] == words


def test_the_page_books_once_and_both_sheets_lead_to_each_other(
    willow: School,
    ticket: Ticket,
    signed_in: SignIn,
) -> None:
    client, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/"
    page = client.get(f"{path}?do=visit&day=2026-11-24")
    form = page.context["forms"]["visit"]
    assert "A visit stops no clock" in page.content.decode()
    data = {"kind": "on_demand", "day": "2026-11-24", "engineer": willow.tess.pk, "reason": "The board"}
    once = {"once": str(form["once"].value())}
    assert client.post(f"{path}visit/", {**data, **once}).status_code == 422  # no times
    data |= {"starts": "09:00", "ends": "10:30", **once}
    for _turn in range(2):
        assert client.post(f"{path}visit/", data).status_code == 302
    visit = Visit.objects.get()
    assert f"/alder/desk/visits/{visit.pk}/" in client.get(path).content.decode()
    assert path in client.get(f"/alder/desk/visits/{visit.pk}/").content.decode()
    free = client.get(f"{path}visit-times/?day=2026-11-24").content.decode()
    assert "08:00–09:00, 10:30–" in free
    assert client.post(f"{path}unlink_visit/", {"visit": visit.pk}).status_code == 302
    assert not TicketVisit.objects.exists()


def test_with_none_left_nothing_is_booked_and_it_is_kept(
    willow: School,
    ticket: Ticket,
    signed_in: SignIn,
) -> None:
    willow.contract.visits_purchased = 0
    willow.contract.save()
    slot = willow.slot().slot
    data = {
        "kind": "scheduled",
        "day": "2026-11-24",
        "slot": slot.pk,
        "engineer": willow.tess.pk,
        "reason": "x",
    }
    answer = signed_in("tess").post(f"/alder/desk/tickets/{ticket.number}/visit/", data, follow=True)
    assert "No scheduled visit is left" in answer.content.decode()
    assert not Visit.objects.exists()
    assert "A visit was wanted and not booked" in told(ticket)[-1]
    assert Notification.objects.filter(summary__contains="has none left").exists()


def test_a_missed_visit_is_told_too(willow: School, ticket: Ticket) -> None:
    visit = book(ticket, willow, TimesOn(date(2026, 11, 23), time(8, 30), time(9)))
    visit_miss(visit=visit, sequence=0, reason="Nobody went")
    assert "We missed the visit" in told(ticket)[-1]
