"""Emergency callouts of tickets: exempt from both limits, measured from the arrival, reported apart (P4, S8)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from sla.history import clock_differences
from sla.models import Apart, Clock, ClockEvent, ClockState, ServiceLevel
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.models import Message, Ticket, TicketVisit
from tickets.services.callouts import ticket_call_out
from tickets.services.conversation import ticket_reply
from tickets.services.work import ticket_change_level, ticket_fix
from visits.models import EngineerHours, Visit, VisitState
from visits.services import visit_arrive, visit_cancel, visit_undo
from visits.when import TimesOn

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S8", "P4")]

SignIn = Callable[[str], Client]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT_TEN = TimesOn(date(2026, 11, 23), time(10), time(12))


@pytest.fixture
def theo(cast: Cast) -> Iterator[Person]:
    """Who can be sent on Mondays; it is Monday, nine o'clock."""
    with time_machine.travel(MONDAY, tick=False), open_scope(cast.staff_scope(name="tess")):
        engineer = cast.person("theo")
        EngineerHours.objects.create(engineer=engineer, weekday=0, starts=time(8), ends=time(18))
        yield engineer


def call_out(ticket: Ticket, engineer: Person) -> Visit:
    return ticket_call_out(ticket=ticket, engineer=engineer, when=AT_TEN, reason="No server at all")


def clocks_of(ticket: Ticket) -> list[Clock]:
    found = Ticket.objects.select_related("response_clock", "fix_clock").get(pk=ticket.pk)
    return [clock for clock in (found.response_clock, found.fix_clock) if clock is not None]


def test_a_callout_exempts_the_ticket_and_says_so_to_the_school(cast: Cast, theo: Person) -> None:
    ticket = open_one(cast)
    visit = call_out(ticket, theo)
    assert [clock.apart for clock in clocks_of(ticket)] == [Apart.CALLOUT, Apart.CALLOUT]
    assert Ticket.objects.get(pk=ticket.pk).next_due_at is None
    assert Message.objects.filter(ticket=ticket, text__contains="Theo is on the way").exists()
    told = OutboundMail.objects.filter(text__contains="emergency callout").latest("pk").text
    assert "We cannot promise that the cause is found and put right in this visit" in told
    assert TicketVisit.objects.get(ticket=ticket).visit == visit


def test_the_reply_is_measured_from_the_arrival_and_ends_with_the_first_words_on_site(
    cast: Cast, theo: Person
) -> None:
    ticket = open_one(cast)
    visit = call_out(ticket, theo)
    arrived = MONDAY + timedelta(hours=1, minutes=10)
    with time_machine.travel(arrived, tick=False):
        visit_arrive(visit=visit, sequence=visit.sequence)
    response = clocks_of(ticket)[0]
    assert response.started_at == arrived
    assert response.due_at == arrived + timedelta(hours=1)
    with time_machine.travel(arrived + timedelta(minutes=5), tick=False):
        ticket_reply(ticket=ticket, author=theo, text="I am here and look at it.", channel="phone")
    response, fix = clocks_of(ticket)
    assert (response.state, response.apart) == (ClockState.MET, Apart.CALLOUT)
    assert response.ended_at == arrived + timedelta(minutes=5)
    assert fix.started_at == ticket.logged_at
    for clock in (response, fix):
        assert clock_differences(clock, list(ClockEvent.objects.filter(clock=clock).order_by("id"))) == []


def test_an_arrival_entered_by_mistake_is_taken_back(cast: Cast, theo: Person) -> None:
    ticket = open_one(cast)
    before = clocks_of(ticket)[0]
    visit = call_out(ticket, theo)
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        visit = visit_arrive(visit=visit, sequence=visit.sequence)
        visit_undo(visit=visit, sequence=visit.sequence, reason="The wrong school")
    after = clocks_of(ticket)[0]
    assert (after.started_at, after.due_at) == (before.started_at, before.due_at)


def test_a_cancelled_callout_lets_the_limits_hold_again(cast: Cast, theo: Person) -> None:
    ticket = open_one(cast)
    due = [clock.due_at for clock in clocks_of(ticket)]
    visit = call_out(ticket, theo)
    visit_cancel(visit=visit, sequence=visit.sequence, reason="It works again", by_school=True)
    assert [(clock.apart, clock.due_at) for clock in clocks_of(ticket)] == [
        (Apart.COUNTED, due[0]),
        (Apart.COUNTED, due[1]),
    ]
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == due[0]
    call_out(ticket, theo)  # and another may be sent
    assert {clock.apart for clock in clocks_of(ticket)} == {Apart.CALLOUT}


def test_only_major_failures_and_open_tickets(cast: Cast, theo: Person) -> None:
    ticket = open_one(cast)
    low = ServiceLevel.objects.get(key="low")
    ticket_change_level(ticket=ticket, level=low, reason="One printer")
    ticket.refresh_from_db()
    with pytest.raises(ValidationError) as caught:
        call_out(ticket, theo)
    assert "level" in caught.value.message_dict
    done = open_one(cast)
    ticket_fix(ticket=done, author=theo, text="Done")
    with pytest.raises(WrongState):
        call_out(done, theo)
    twice = open_one(cast)
    call_out(twice, theo)
    with pytest.raises((WrongState, ValidationError)):
        call_out(twice, theo)
    assert Visit.objects.filter(state=VisitState.BOOKED).count() == 1


def test_the_ticket_page_calls_out_and_tells_what_is_wrong_at_its_field(
    cast: Cast, theo: Person, signed_in: SignIn
) -> None:
    ticket = open_one(cast)
    client, path = signed_in("tess"), f"/alder/desk/tickets/{ticket.number}/callout/"
    data = {
        "engineer": theo.pk,
        "day": "2026-11-24",
        "starts": "10:00",
        "ends": "11:00",
        "reason": "No server",
    }
    refused = client.post(path, data)
    assert refused.status_code == 422
    assert "Theo does not work on site at that time." in refused.content.decode()
    assert not TicketVisit.objects.exists()
    done = client.post(path, {**data, "day": "2026-11-23"}, follow=True)
    assert "Theo is called out. The school is told." in done.content.decode()
    assert "Visits for this ticket" in done.content.decode()
