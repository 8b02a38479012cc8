"""Ledger and records always agree, whatever is done with visits and in whichever order (rules P2, P3, P4, P9)."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Person
from contracts.models import VisitSlot
from tests.cast import Cast
from tests.visits.conftest import School, at, make_school
from visits.allowances import allowance_book, ledger_differences
from visits.models import AllowanceEntry, AllowanceKind, RemoteSession, Visit, VisitKind, VisitState
from visits.services import (
    remote_session_record,
    remote_session_remove,
    visit_arrive,
    visit_cancel,
    visit_depart,
    visit_hand_over,
    visit_in_lieu,
    visit_miss,
    visit_move,
    visit_reschedule,
    visit_undo,
)
from visits.when import SlotOn

FIRST_DAY = date(2026, 8, 25)  # a Tuesday, a week before another year of contract and school begins
NEXT_YEAR = date(2026, 9, 1)
PURCHASED = 2
TAKING = {VisitState.BOOKED, VisitState.ON_SITE, VisitState.DONE, VisitState.IN_LIEU}
SCHEDULED, ON_DEMAND, SESSION = AllowanceKind

days = st.integers(0, 11).map(lambda ahead: FIRST_DAY + timedelta(days=ahead))
places = st.integers(0, 50)
engineers = st.sampled_from(["tess", "theo"])
slots = st.sampled_from(["AM", "Lunch", "PM"])


class Ledger(RuleBasedStateMachine):
    """Every service in any order. `taken` is our own account of which visit takes what, on which day."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(datetime(2026, 8, 24, 9, tzinfo=UTC), tick=False)
        self.now = self.clock.start()
        self.school: School = make_school(Cast(), visits=PURCHASED)
        contract = self.school.contract
        contract.starts_on = date(2025, 9, 1)
        contract.save()
        self.taken: dict[int, tuple[str, date]] = {}
        self.sessions: dict[int, date] = {}

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, act: Callable[[], Visit]) -> None:
        """What the rules refuse leaves everything as it was; what they allow enters our account."""
        before = AllowanceEntry.objects.count()
        try:
            visit = act()
        except ValidationError:
            assert AllowanceEntry.objects.count() == before
            return
        self.taken.pop(visit.pk, None)
        if visit.state in TAKING and visit.uses:
            self.taken[visit.pk] = (visit.uses, visit.day)

    def pick(self, place: int) -> Visit:
        visits = list(Visit.objects.order_by("id"))
        return visits[place % len(visits)]

    def change(self, place: int, service: Callable[..., Visit], **values: Any) -> None:
        visit = self.pick(place)
        self.attempt(lambda: service(visit=visit, sequence=visit.sequence, **values))

    def slot(self, day: date, name: str) -> SlotOn:
        return SlotOn(day, VisitSlot.objects.get(package=self.school.contract.package, name=name))

    def engineer(self, name: str) -> Person:
        return self.school.tess if name == "tess" else self.school.theo

    @rule(ahead=st.integers(0, 2), hour=st.sampled_from([9, 12, 17]))
    def time_passes(self, ahead: int, hour: int) -> None:
        now = datetime.now(UTC)
        self.now.move_to(max(now, datetime.combine(now.date() + timedelta(days=ahead), time(hour), UTC)))

    @rule(day=days, slot=slots, name=engineers)
    def book(self, day: date, slot: str, name: str) -> None:
        self.attempt(lambda: self.school.book(self.slot(day, slot), self.engineer(name)))

    @rule(day=days, name=engineers)
    def book_on_demand(self, day: date, name: str) -> None:
        when = at("10:00", "11:30", day)
        self.attempt(lambda: self.school.book(when, self.engineer(name), kind=VisitKind.ON_DEMAND))

    @rule(day=days, name=engineers)
    def call_out(self, day: date, name: str) -> None:
        self.attempt(lambda: self.school.call_out(at("13:00", "14:00", day), engineer=self.engineer(name)))

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places, day=days, slot=slots, name=engineers)
    def move(self, place: int, day: date, slot: str, name: str) -> None:
        when = self.slot(day, slot)
        self.change(place, visit_move, when=when, reason="Later", engineer=self.engineer(name))

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places, day=days, slot=slots, name=engineers)
    def reschedule(self, place: int, day: date, slot: str, name: str) -> None:
        self.change(place, visit_reschedule, when=self.slot(day, slot), engineer=self.engineer(name))

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places, service=st.sampled_from([visit_cancel, visit_miss, visit_in_lieu, visit_undo]))
    def end_or_undo(self, place: int, service: Callable[..., Visit]) -> None:
        self.change(place, service, reason="So it is")

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places, name=engineers)
    def hand_over(self, place: int, name: str) -> None:
        self.change(place, visit_hand_over, engineer=self.engineer(name))

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places)
    def arrive(self, place: int) -> None:
        self.change(place, visit_arrive)

    @precondition(lambda self: Visit.objects.exists())
    @rule(place=places)
    def depart(self, place: int) -> None:
        self.change(place, visit_depart, work_done="Toner")

    @rule(place=places, in_lieu=st.booleans())
    def remote_session(self, place: int, in_lieu: bool) -> None:
        owed = self.pick(place) if in_lieu and Visit.objects.exists() else None
        try:
            session = remote_session_record(
                contract=self.school.contract,
                started_at=datetime.now(UTC),
                minutes=30,
                by=self.school.tess,
                in_lieu_of=owed,
            )
        except ValidationError:
            return
        if owed is None:
            self.sessions[session.pk] = session.day

    @precondition(lambda self: RemoteSession.objects.exists())
    @rule(place=places)
    def take_session_back(self, place: int) -> None:
        sessions = list(RemoteSession.objects.order_by("id"))
        session = sessions[place % len(sessions)]
        try:
            remote_session_remove(session=session, reason="A mistake")
        except ValidationError:
            return
        self.sessions.pop(session.pk, None)

    @invariant()
    def ledger_and_records_agree(self) -> None:
        contract = self.school.contract
        assert ledger_differences(contract) == []
        book = allowance_book(contract)
        for day in (FIRST_DAY, NEXT_YEAR):
            for kind in AllowanceKind:
                assert book.allowance(kind, day).taken == self._account(kind, day), kind

    def _account(self, kind: str, day: date) -> int:
        """Our own count for the year of the day; here the years of contract and school are the same."""
        all_days = [*self.taken.values(), *((SESSION, one) for one in self.sessions.values())]
        is_next = day >= NEXT_YEAR
        return sum(used == kind and (one >= NEXT_YEAR) == is_next for used, one in all_days)

    @invariant()
    def only_callouts_go_below_zero(self) -> None:
        rows = Visit.objects.filter(state__in=TAKING, uses=SCHEDULED).exclude(kind=VisitKind.CALLOUT)
        later = rows.filter(day__gte=NEXT_YEAR).count()
        assert max(later, rows.count() - later) <= PURCHASED


@pytest.mark.rule("P2", "P3", "P4", "P9")
def test_ledger_and_records_always_agree(alder: Cast) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=500 if os.environ.get("SOAK") else 6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
