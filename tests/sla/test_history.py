"""Any life of a clock, told by its history alone, gives the same clock (rules S4, S10, S13, S14)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.due import Moment
from sla.calendars import working_time_of
from sla.history import histories_checked
from sla.models import Clock, ClockEvent, ClockKind, ClockPause, Closure
from sla.services import clocks
from sla.services.calendar_edits import closure_add, closure_remove
from sla.services.recomputation import recompute
from sla.steps import clock_step, next_wake
from sla.working_time import Pause
from tests import factories
from tests.sla.conftest import Desk, local

START = local("Mon 16 Nov 2026 07:30")
WAITS = frozenset({"customer", "third_party"})

steps_of_time = st.integers(0, 30 * 60).map(lambda minutes: timedelta(minutes=minutes, seconds=minutes % 60))
acts = st.one_of(
    st.tuples(st.just("pause"), st.sampled_from(sorted(WAITS))),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("level"), st.sampled_from(["Urgent", "High", "Medium", "Low"])),
    st.tuples(st.just("strict"), st.sampled_from(["High", "Medium"])),
    st.tuples(st.just("close"), st.tuples(st.integers(0, 20), st.integers(0, 3), st.booleans())),
    st.tuples(st.just("open"), st.none()),
    st.tuples(st.just("sweep"), st.none()),
    st.tuples(st.just("stop"), st.none()),
    st.tuples(st.just("void"), st.none()),
    st.tuples(st.just("unvoid"), st.none()),
)
lives = st.lists(st.tuples(steps_of_time, acts), min_size=1, max_size=12)


def live(desk: Desk, clock: Clock, now: datetime, act: str, detail: Any) -> None:
    """Let one thing happen; what the clock does not allow any more is left out."""
    clock.refresh_from_db()
    if act in {"close", "open"}:
        edit(desk, act, detail)
        recompute(cause=act, now=now)
    elif act == "sweep":
        if clock.wake_at is not None and clock.wake_at <= now:
            clock_step(clock, Moment(now))
    elif act == "unvoid":
        clocks.clock_unvoid(clock=clock, cause="not merged")
    elif clock.is_open:
        change(desk, clock, now, act, detail)


def edit(desk: Desk, act: str, detail: Any) -> None:
    if act == "open":
        Closure.objects.filter(name="closed").delete()
        return
    day = date(2026, 11, 16) + timedelta(days=detail[0])
    customer_id = desk.customer.pk if detail[2] else None
    Closure.objects.create(
        name="closed", first_day=day, last_day=day + timedelta(days=detail[1]), customer_id=customer_id
    )


def change(desk: Desk, clock: Clock, now: datetime, act: str, detail: Any) -> None:
    match act:
        case "pause":
            clocks.clock_pause(clock=clock, at=now, waiting_for=detail, reason="waiting")
        case "resume":
            clocks.clock_resume(clock=clock, at=now)
        case "level" | "strict":
            pausable = WAITS if act == "level" else frozenset()
            terms = factories.make_terms(desk.levels[detail], desk.calendar, pausable_for=pausable)
            clocks.clock_change_terms(clock=clock, terms=terms, at=now, cause=act)
        case "stop":
            clocks.clock_stop(clock=clock, at=now)
        case "void":
            clocks.clock_void(clock=clock, cause="merged")


def assert_whole(clock: Clock) -> None:
    """The stored clock is what its history says, what one computation from scratch gives, and wakes at its
    step.
    """
    clock.refresh_from_db()
    assert histories_checked([clock]) == {}
    assert clock.wake_at == next_wake(clock)
    if clock.state == "void":
        return
    pauses = [Pause(row.starts_at, row.ends_at) for row in ClockPause.objects.filter(clock=clock)]
    timeline = working_time_of(clock.calendar_version_id)
    allowance = timedelta(minutes=clock.allowance_minutes)
    assert clock.due_at == timeline.add_with_pauses(clock.started_at, allowance, pauses)
    assert clock.due_without_pauses_at == timeline.add(clock.started_at, allowance)
    if clock.due_at is not None:
        assert timeline.elapsed_with_pauses(clock.started_at, clock.due_at, pauses) == allowance


@pytest.mark.rule("S4", "S10", "S13", "S14")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives)
def test_any_life_of_a_clock_follows_from_its_history(desk: Desk, life: list[Any]) -> None:
    with transaction.atomic():
        clock = desk.start("High", START, ClockKind.FIX, pausable_for=WAITS)
        now = START
        for wait, (act, detail) in life:
            now += wait
            live(desk, clock, now, act, detail)
            assert_whole(clock)
        transaction.set_rollback(True)


@pytest.mark.rule("S13")
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives)
def test_one_by_one_and_many_at_once_agree(desk: Desk, life: list[Any]) -> None:
    """A twin that is given the same terms again ends where a recomputation brings it."""
    with transaction.atomic():
        clock, twin = (desk.start("High", START, ClockKind.FIX, pausable_for=WAITS) for _ in range(2))
        now = START
        for wait, (act, detail) in life:
            now += wait
            if act in {"close", "open", "void", "stop", "level", "strict"}:
                continue
            for one in (clock, twin):
                live(desk, one, now, act, detail)
        Closure.objects.create(name="closed", first_day=date(2026, 11, 17), last_day=date(2026, 11, 17))
        terms = factories.make_terms(desk.levels["High"], desk.calendar, pausable_for=WAITS)
        clocks.clock_change_terms(clock=twin, terms=terms, at=now, cause="same")
        recompute(cause="closed", now=now)
        clock.refresh_from_db()
        twin.refresh_from_db()
        names = ["state", "due_at", "warn_at", "due_without_pauses_at", "generation", "wake_at"]
        names += ["warned_at", "breached_at", "calendar_version_id"]
        assert {name: getattr(clock, name) for name in names} == {name: getattr(twin, name) for name in names}
        transaction.set_rollback(True)


@pytest.mark.rule("S13")
def test_a_stored_deadline_that_somebody_tampered_with_is_found(desk: Desk) -> None:
    clock = desk.start("Urgent", START)
    Clock.objects.filter(pk=clock.pk).update(due_at=START)
    clock.refresh_from_db()
    assert [words.split(":")[0] for words in histories_checked([clock])[clock.pk]] == ["due_at"]


@pytest.mark.rule("S13")
def test_edits_back_and_forth_leave_a_complete_history(desk: Desk) -> None:
    clock = desk.start("High", START, ClockKind.FIX)
    edited = closure_add(name="Flood", first_day=date(2026, 11, 17))
    closure_remove(closure=edited.row)
    assert_whole(clock)
    events = ClockEvent.objects.filter(clock=clock, kind="recomputed")
    assert [event.cause for event in events] == [
        "Added: Flood, 17 Nov 2026",
        "Removed: Flood, 17 Nov 2026",
    ]
