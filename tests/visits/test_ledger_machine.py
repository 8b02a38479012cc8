"""Ledger and records always agree, whatever is done with visits and in whichever order (rules P2, P3, P4, P9)."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
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
    rule,
    run_state_machine_as_test,
)

from accounts.models import Person
from contracts.models import VisitSlot
from tests.cast import Cast
from tests.visits.conftest import School, at, make_school
from visits.allowances import allowance_book, ledger_differences
from visits.models import (
    AllowanceEntry,
    AllowanceKind,
    RemoteSession,
    Visit,
    VisitEvent,
    VisitEventKind,
    VisitKind,
    VisitState,
)
from visits.selectors import free_engineers
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
from visits.when import SlotOn, When

NEXT_YEAR = date(2026, 9, 1)  # of the contract and of the school
DAYS = [date(2026, 8, day) for day in (25, 26, 27, 28)] + [date(2026, 9, day) for day in (1, 2, 3, 4)]
PURCHASED = 2
TAKING = {VisitState.BOOKED, VisitState.ON_SITE, VisitState.DONE, VisitState.IN_LIEU}
SCHEDULED, ON_DEMAND, SESSION = AllowanceKind

places = st.integers(0, 100)


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
        self.slots = list(VisitSlot.objects.filter(package=contract.package))
        self.taken: dict[int, tuple[str, date]] = {}
        self.sessions: dict[int, date] = {}

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

    def change(self, place: int, service: Callable[..., Visit], *states: str, **values: Any) -> None:
        """With one of the visits in these states; where there is none with any, to be refused."""
        visits = list(Visit.objects.filter(state__in=states).order_by("id")) or list(Visit.objects.all())
        if visits:
            visit = visits[place % len(visits)]
            self.attempt(lambda: service(visit=visit, sequence=visit.sequence, **values))

    def slot(self, place: int) -> SlotOn:
        """One of the slots of the eight working days round the turn of the year, another for each number."""
        day, slot = divmod(place % (3 * len(DAYS)), 3)
        return SlotOn(DAYS[day], self.slots[slot])

    def free(self, when: When) -> Person:
        """Who is free then; if nobody is, somebody who is not."""
        return next(iter(free_engineers(when)), self.school.tess)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now.move_to(datetime.now(UTC) + timedelta(hours=hours))

    @rule(place=places)
    def book(self, place: int) -> None:
        when = self.slot(place)
        self.attempt(lambda: self.school.book(when, self.free(when)))

    @rule(place=places)
    def book_on_demand(self, place: int) -> None:
        when = self.slot(place)
        self.attempt(lambda: self.school.book(when, self.free(when), kind=VisitKind.ON_DEMAND))

    @rule(place=places)
    def call_out(self, place: int) -> None:
        when = at("16:00", "18:00", self.slot(place).day)
        self.attempt(lambda: self.school.call_out(when, engineer=self.free(when)))

    @rule(place=places, to=places)
    def move(self, place: int, to: int) -> None:
        when = self.slot(to)
        self.change(place, visit_move, VisitState.BOOKED, when=when, reason="Later", engineer=self.free(when))

    @rule(place=places, to=places)
    def reschedule(self, place: int, to: int) -> None:
        when, gone = self.slot(to), (VisitState.MISSED, VisitState.CANCELLED)
        self.change(place, visit_reschedule, *gone, when=when, engineer=self.free(when))

    @rule(place=places)
    def hand_over(self, place: int) -> None:
        self.change(place, visit_hand_over, VisitState.BOOKED, engineer=self.school.theo)

    @rule(place=places)
    def cancel(self, place: int) -> None:
        self.change(place, visit_cancel, VisitState.BOOKED, reason="Snow")

    @rule(place=places)
    def replace_by_remote_support(self, place: int) -> None:
        self.change(place, visit_in_lieu, VisitState.BOOKED, reason="Flood")

    @rule(place=places, service=st.sampled_from([visit_miss, visit_arrive]))
    def its_time_comes(self, place: int, service: Callable[..., Visit]) -> None:
        visits = list(Visit.objects.filter(state=VisitState.BOOKED).order_by("starts_at"))
        if visits:
            visit = visits[place % len(visits)]
            self.now.move_to(max(datetime.now(UTC), visit.starts_at))
            reason = {"reason": "So it is"} if service is visit_miss else {}
            self.attempt(lambda: service(visit=visit, sequence=visit.sequence, **reason))

    @rule(place=places)
    def depart(self, place: int) -> None:
        self.change(place, visit_depart, VisitState.ON_SITE, work_done="Toner")

    @rule()
    def undo(self) -> None:
        """What happened last to any visit."""
        newest = VisitEvent.objects.exclude(kind=VisitEventKind.UNDONE).order_by("-id").first()
        if newest is not None:
            visit = newest.visit
            self.attempt(lambda: visit_undo(visit=visit, sequence=visit.sequence, reason="A mistake"))

    @rule(place=places, in_lieu=st.booleans())
    def remote_session(self, place: int, in_lieu: bool) -> None:
        owed = Visit.objects.filter(state=VisitState.IN_LIEU).first() if in_lieu else None
        session = remote_session_record(
            contract=self.school.contract,
            started_at=datetime.now(UTC),
            minutes=30,
            by=self.school.tess,
            in_lieu_of=owed,
        )
        if owed is None:
            self.sessions[session.pk] = session.day

    @rule(place=places)
    def take_session_back(self, place: int) -> None:
        sessions = list(RemoteSession.objects.filter(undone_at__isnull=True).order_by("id"))
        if sessions:
            session = sessions[place % len(sessions)]
            remote_session_remove(session=session, reason="A mistake")
            self.sessions.pop(session.pk, None)

    @invariant()
    def ledger_and_records_agree(self) -> None:
        assert ledger_differences(self.school.contract) == []

    def teardown(self) -> None:
        """What is left agrees with our own account, in both years."""
        try:
            self._compare()
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def _compare(self) -> None:
        book = allowance_book(self.school.contract)
        for day in (DAYS[0], DAYS[-1]):
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
            max_examples=500 if os.environ.get("SOAK") else 10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
