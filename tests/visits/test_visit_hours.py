"""Clocks of Scheduled Support run in the engineer's visits and nowhere else (rules S7, S13, I9)."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from contracts.services import contract_change
from delivery.models import Notification, OutboundMail
from sla.explain import explain_clock
from sla.models import Clock, ClockEvent, ClockEventKind, OnSiteTime, ServiceLevel
from sla.services.on_site_time import OnSite, on_site_times_set
from sla.services.recomputation import preview
from sla.steps import ClockStep
from tests.cast import Cast
from tests.visits.conftest import School, at, make_school
from tickets.models import Channel, Explanation, Ticket
from tickets.services.opening import ticket_open
from tickets.steps import clock_stepped
from visits.models import Visit
from visits.services import visit_arrive, visit_cancel, visit_depart, visit_miss, visit_move, visit_undo

FIRST = date(2026, 9, 1)
EARLY = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)  # before the engineer comes
RAISED = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)  # ten o'clock in summer, during the first visit
AS_AGREED = ["Tue 01 Sep 11:00", "Tue 13 Oct 09:00"]
NO_VISIT = "no visit booked"

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S7")]


@pytest.fixture
def willow(cast: Cast) -> Iterator[School]:
    """Visited every second Tuesday morning, six times from 1 September on; it is the end of August."""
    with (
        time_machine.travel(datetime(2026, 8, 28, 9, 0, tzinfo=UTC), tick=False),
        open_scope(cast.staff_scope(name="cass")),
    ):
        school = make_school(cast, package="scheduled", visits=23)
        for number in range(6):
            school.book(school.slot("AM", fortnight(number)))
        yield school


def fortnight(number: int) -> date:
    return FIRST + number * timedelta(days=14)


def raise_urgent(
    willow: School, logged_at: datetime = RAISED, channel: str = Channel.ON_SITE, level: str = "urgent"
) -> Ticket:
    customer = willow.contract.customer
    return ticket_open(
        customer=customer,
        requester=Person.objects.get(customer_memberships__customer=customer),
        subject="No internet",
        text="Nothing works",
        channel=channel,
        level=ServiceLevel.objects.get(key=level),
        logged_at=logged_at,
    )


def deadlines(ticket: Ticket) -> list[str]:
    """Of reply and fix, as London's clocks show them."""
    fresh = Ticket.objects.select_related("response_clock", "fix_clock").get(pk=ticket.pk)
    return [shown(clock.due_at) for clock in (fresh.response_clock, fresh.fix_clock) if clock is not None]


def response_of(ticket: Ticket) -> Clock:
    return Clock.objects.get(answers_ticket=ticket)


def shown(due: datetime | None) -> str:
    return f"{due.astimezone(ZoneInfo('Europe/London')):%a %d %b %H:%M}" if due else NO_VISIT


def visit_on(willow: School, day: date) -> Visit:
    return Visit.objects.get(contract=willow.contract, day=day)


def cancel_all(willow: School) -> None:
    for visit in Visit.objects.filter(contract=willow.contract):
        visit_cancel(visit=visit, sequence=visit.sequence, reason="The school is closed")


def test_the_example_of_the_agreement_to_the_minute(willow: School) -> None:
    assert deadlines(raise_urgent(willow)) == AS_AGREED


@pytest.mark.rule("S13")
def test_a_moved_visit_moves_the_deadline_and_the_history_says_why(willow: School) -> None:
    ticket = raise_urgent(willow)
    second = visit_on(willow, fortnight(1))
    visit_move(
        visit=second, sequence=second.sequence, when=willow.slot("AM", date(2026, 10, 20)), reason="Away"
    )
    # An hour and a half on 1 September, three on 29 September and 13 October each: half an hour is left.
    assert deadlines(ticket) == ["Tue 01 Sep 11:00", "Tue 20 Oct 09:00"]
    event = ClockEvent.objects.get(clock=ticket.fix_clock, kind=ClockEventKind.RECOMPUTED)
    assert event.cause.startswith("Visit moved to")
    assert shown(datetime.fromisoformat(event.data["before"]["due_at"])) == AS_AGREED[1]
    assert event.actor is not None
    assert not ClockEvent.objects.filter(clock=ticket.response_clock, kind=ClockEventKind.RECOMPUTED).exists()


@pytest.mark.rule("S13")
def test_a_cancelled_visit_and_one_that_takes_place_after_all(willow: School) -> None:
    ticket = raise_urgent(willow)
    second = visit_on(willow, fortnight(1))
    second = visit_cancel(visit=second, sequence=second.sequence, reason="No heating")
    assert deadlines(ticket) == ["Tue 01 Sep 11:00", "Tue 27 Oct 09:00"]
    visit_undo(visit=second, sequence=second.sequence, reason="The wrong school")
    assert deadlines(ticket) == AS_AGREED


def test_without_visits_there_is_no_deadline_until_one_is_booked(willow: School) -> None:
    ticket = raise_urgent(willow, EARLY)
    told = Notification.objects.filter(person=willow.contract.customer.success_manager)
    told.delete()
    cancel_all(willow)
    assert deadlines(ticket) == [NO_VISIT, NO_VISIT]
    assert Ticket.objects.get(pk=ticket.pk).next_due_at is None
    assert any("No visit booked" in one.summary for one in told.all())
    assert response_of(ticket).wake_at is None
    willow.book(willow.slot("PM", date(2026, 9, 2)))
    assert deadlines(ticket) == ["Wed 02 Sep 13:30", NO_VISIT]
    response = response_of(ticket)
    assert response.wake_at == response.warn_at is not None  # its steps are taken again
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == response.due_at


def test_a_ticket_that_finds_no_visit_is_told_when_it_is_opened(willow: School) -> None:
    cancel_all(willow)
    ticket = raise_urgent(willow, EARLY)
    assert deadlines(ticket) == [NO_VISIT, NO_VISIT]
    keys = Notification.objects.filter(person=willow.contract.customer.success_manager)
    assert any(f"no-visit:{ticket.pk}" in one.key for one in keys)


@pytest.mark.rule("S7", "S11")
def test_a_warning_without_a_deadline_says_that_visits_are_missing(
    willow: School,
) -> None:
    ticket = raise_urgent(willow, level="high")  # 16 hours: two of the first visit, three of each after it
    last = visit_on(willow, fortnight(5))
    visit_cancel(visit=last, sequence=last.sequence, reason="The school is closed")
    clock = Clock.objects.get(fixes_ticket=ticket)
    assert clock.due_at is None
    assert shown(clock.warn_at) == "Tue 27 Oct 10:00"  # twelve of them
    assert clock.warn_at is not None
    clock_stepped(ClockStep(clock, "warned", clock.warn_at, is_late=False, now=clock.warn_at))
    draft = Explanation.objects.get(clock=clock).draft
    assert draft.startswith("We have too few visits booked to say by when we will have this fixed.")
    told = Notification.objects.filter(key=f"warned:{clock.pk}:{clock.generation}")
    assert {one.summary for one in told} == {
        f"Fix near its limit, too few visits booked: ticket {ticket.number}, {ticket.customer.name}"
    }


def test_when_the_engineer_came_and_left_moves_nothing(willow: School) -> None:
    """The planned time counts, so that an outcome of yesterday does not move today's deadlines."""
    ticket = raise_urgent(willow)
    visit = visit_on(willow, FIRST)
    with time_machine.travel(datetime(2026, 9, 1, 8, 0, tzinfo=UTC), tick=False):
        visit = visit_arrive(visit=visit, sequence=visit.sequence)
        visit_depart(visit=visit, sequence=visit.sequence, work_done="Looked at the router")
    assert deadlines(ticket) == AS_AGREED


def test_a_visit_that_we_missed_is_no_time_on_site(willow: School) -> None:
    ticket = raise_urgent(willow, EARLY)
    assert deadlines(ticket)[0] == "Tue 01 Sep 09:30"
    visit = visit_on(willow, FIRST)
    with time_machine.travel(datetime(2026, 9, 1, 11, 0, tzinfo=UTC), tick=False):
        visit_miss(visit=visit, sequence=visit.sequence, reason="The van broke down")
    assert deadlines(ticket)[0] == "Tue 15 Sep 09:30"


def test_the_fix_may_run_in_the_service_hours(willow: School) -> None:
    contract_change(contract=willow.contract, changes={"fix_runs_in_visits": False})
    assert deadlines(raise_urgent(willow)) == ["Tue 01 Sep 11:00", "Wed 02 Sep 09:30"]


def test_a_callout_is_no_engineer_time_of_the_agreement(willow: School) -> None:
    ticket = raise_urgent(willow)
    willow.call_out(at("08:30", "16:30", date(2026, 9, 2)))
    assert deadlines(ticket) == AS_AGREED


def test_only_that_schools_clocks_move(willow: School, cast: Cast) -> None:
    other = ticket_open(
        customer=cast.customer("hillside"),
        requester=cast.person("hugo"),
        subject="Projector",
        text="Dark",
        channel=Channel.ON_SITE,
        level=ServiceLevel.objects.get(key="urgent"),
        logged_at=RAISED,
    )
    willow.book(willow.slot("PM", date(2026, 9, 3)))
    assert deadlines(other) == [NO_VISIT, NO_VISIT]
    assert not ClockEvent.objects.filter(
        clock__in=[other.response_clock, other.fix_clock], kind="recomputed"
    ).exists()


def test_a_preview_measures_and_changes_nothing(willow: School) -> None:
    ticket = raise_urgent(willow)
    customer_id = willow.contract.customer_id
    before = OnSiteTime.objects.count()
    found = preview(lambda: on_site_times_set(customer_id=customer_id, times=[], cause="Nobody comes"))
    assert found.moved == 2
    assert (OnSiteTime.objects.count(), deadlines(ticket)) == (before, AS_AGREED)
    same = [OnSite(row.day, row.opens, row.closes) for row in OnSiteTime.objects.all()]
    assert on_site_times_set(customer_id=customer_id, times=same, cause="").moved == 0


@pytest.mark.rule("S15")
def test_visits_on_both_sides_of_the_clock_change(willow: School) -> None:
    """25 October 2026: the visit of 20 October is in summer time, that of 27 October in winter time."""
    cancel_all(willow)
    for day in (date(2026, 10, 20), date(2026, 10, 27)):
        willow.book(willow.slot("AM", day))
    ticket = raise_urgent(willow, datetime(2026, 10, 20, 10, 0, tzinfo=UTC))  # 11:00 in summer
    assert deadlines(ticket)[0] == "Tue 27 Oct 09:00"


def test_the_explanation_names_each_visit(willow: School) -> None:
    ticket = raise_urgent(willow)
    trace = explain_clock(Clock.objects.get(fixes_ticket=ticket))
    words = " ".join(trace.sentences())
    assert trace.calendar == "Engineers' visits"
    for wanted in ("1 Sep", "15 Sep", "29 Sep", "13 Oct", "between visits"):
        assert wanted in words, words


def test_the_command_answers_for_such_a_school(willow: School) -> None:
    def ask(at: str) -> dict[str, Any]:
        out = StringIO()
        options = {"provider": "alder", "customer": "willow", "level": "urgent", "at": at, "explain": True}
        call_command("deadline", **options, json=True, stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    found = ask("2026-09-01T10:00")
    assert found["response_due"] == "2026-09-01T11:00:00+01:00"
    assert found["fix_due"] == "2026-10-13T09:00:00+01:00"
    assert [one["minutes"] for one in found["intervals"]] == [90, 180, 180, 30]
    assert ask("2026-11-10T11:00")["response_due"] is None


@pytest.mark.rule("I9")
def test_a_mail_to_the_desk_is_answered_with_the_next_visit(willow: School) -> None:
    raise_urgent(willow, EARLY, Channel.EMAIL)
    told = OutboundMail.objects.latest("pk").text
    assert "Our engineer is next with you on Tuesday 1 September 2026 at 08:30." in told
    assert "emergency callout" in told
    cancel_all(willow)
    raise_urgent(willow, EARLY, Channel.EMAIL)
    told = OutboundMail.objects.filter(text__contains="No internet").latest("pk").text
    assert "No visit is booked yet. Your customer success manager, Cass" in told
