"""Deadlines of running clocks after a calendar changed (Rule S13)."""

from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import AuditEntry
from delivery.due import Moment
from sla.models import (
    CalendarVersion,
    Clock,
    ClockEvent,
    ClockKind,
    PublicHoliday,
)
from sla.services import calendar_edits, clocks, recomputation
from sla.services.recomputation import preview, recompute
from sla.steps import clock_step, on_clock_change
from tests import factories
from tests.sla.conftest import Desk, local

pytestmark = pytest.mark.rule("S13")

FRIDAY = local("Fri 20 Nov 2026 16:00")


def kinds(clock: Clock) -> list[str]:
    return list(ClockEvent.objects.filter(clock=clock).values_list("kind", flat=True))


def test_a_closure_moves_what_runs_and_keeps_the_old_value(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    ended = desk.start("Urgent", FRIDAY)
    clocks.clock_stop(clock=ended, at=FRIDAY + timedelta(minutes=5))
    edited = calendar_edits.closure_add(
        name="Flood", first_day=date(2026, 11, 23), reason="Water in the office"
    )
    assert (edited.impact.moved, edited.impact.leave_breach, edited.impact.enter_breach) == (1, 0, 0)
    (row,) = edited.impact.rows
    assert (row.old_due_at, row.new_due_at) == (
        local("Mon 23 Nov 2026 08:30"),
        local("Tue 24 Nov 2026 08:30"),
    )
    clock.refresh_from_db()
    assert (clock.due_at, clock.generation) == (local("Tue 24 Nov 2026 08:30"), 2)
    assert clock.wake_at == clock.warn_at == local("Tue 24 Nov 2026 08:15")
    event = ClockEvent.objects.filter(clock=clock).last()
    assert event is not None
    assert (event.kind, event.generation, event.due_at) == ("recomputed", 2, clock.due_at)
    assert "Flood" in event.cause
    assert datetime.fromisoformat(event.data["before"]["due_at"]) == local("Mon 23 Nov 2026 08:30")
    assert AuditEntry.objects.filter(action="closure.added", reason="Water in the office").exists()
    before = ended.due_at
    ended.refresh_from_db()
    assert (ended.due_at, ended.generation) == (before, 1)


def test_again_changes_nothing(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    calendar_edits.closure_add(name="Flood", first_day=date(2026, 11, 23))
    events = kinds(clock)
    assert recompute(cause="again").moved == 0
    assert kinds(clock) == events


def test_preview_measures_and_writes_nothing(desk: Desk) -> None:
    late = desk.start("Urgent", FRIDAY)
    soon = desk.start("Low", FRIDAY)
    now = local("Mon 23 Nov 2026 09:00")
    versions, entries = CalendarVersion.objects.count(), AuditEntry.objects.count()
    impact = preview(lambda: calendar_edits.closure_add(name="Flood", first_day=date(2026, 11, 23)), now=now)
    assert (impact.moved, impact.leave_breach, impact.enter_breach) == (2, 1, 0)
    assert impact.rows[0].clock_id == late.pk
    opening = calendar_edits.Window(0, time(8), time(8, 30))
    impact = preview(
        lambda: calendar_edits.opening_windows_set(calendar=desk.calendar, windows=[opening]), now=now
    )
    assert (impact.moved, impact.leave_breach, impact.enter_breach) == (2, 1, 0)
    for clock in (late, soon):
        due = clock.due_at
        clock.refresh_from_db()
        assert (clock.due_at, clock.generation, kinds(clock)) == (due, 1, ["started"])
    assert (CalendarVersion.objects.count(), AuditEntry.objects.count()) == (versions, entries)


def test_a_breach_moved_back_inside_is_reinstated_and_can_breach_again(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(local("Mon 23 Nov 2026 09:00")))
    assert clock.breached_at
    PublicHoliday.objects.create(nation="england-wales", day=date(2026, 11, 23), name="Day of mourning")
    impact = recompute(cause="Day of mourning", now=local("Mon 23 Nov 2026 09:00"))
    assert (impact.moved, impact.leave_breach) == (1, 1)
    clock.refresh_from_db()
    assert clock.breached_at is None
    assert clock.warned_at is None
    clock_step(clock, Moment(local("Tue 24 Nov 2026 08:15")))
    clock_step(clock, Moment(local("Tue 24 Nov 2026 08:30")))
    assert kinds(clock) == ["started", "warned", "breached", "reinstated", "recomputed", "warned", "breached"]
    assert clock.wake_at is None


def test_customer_exceptions_reach_that_customer_only(desk: Desk) -> None:
    other = factories.make_customer("elmwood")
    mine, theirs = desk.start("Urgent", FRIDAY), desk.start("Urgent", FRIDAY, customer=other)
    calendar_edits.closure_add(name="Inset day", first_day=date(2026, 11, 23), customer_id=other.pk)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.due_at == local("Mon 23 Nov 2026 08:30")
    assert theirs.due_at == local("Tue 24 Nov 2026 08:30")
    later = desk.start("Urgent", FRIDAY, customer=other)
    assert later.due_at == theirs.due_at


def test_pauses_count_in_a_recomputation(desk: Desk) -> None:
    clock = desk.start(
        "Urgent", local("Fri 20 Nov 2026 10:00"), ClockKind.FIX, pausable_for=frozenset({"customer"})
    )
    assert clock.due_at == local("Mon 23 Nov 2026 09:30")
    clocks.clock_pause(clock=clock, at=local("Fri 20 Nov 2026 11:00"), waiting_for="customer", reason="photo")
    waiting = desk.start(
        "Urgent", local("Fri 20 Nov 2026 10:00"), ClockKind.FIX, pausable_for=frozenset({"customer"})
    )
    clocks.clock_pause(
        clock=waiting, at=local("Fri 20 Nov 2026 11:00"), waiting_for="customer", reason="photo"
    )
    clocks.clock_resume(clock=clock, at=local("Fri 20 Nov 2026 13:00"))
    assert clock.due_at == local("Mon 23 Nov 2026 11:30")
    calendar_edits.closure_add(name="Flood", first_day=date(2026, 11, 23), to_time=time(10))
    clock.refresh_from_db()
    assert clock.due_at == local("Mon 23 Nov 2026 13:30")
    assert clock.due_without_pauses_at == local("Mon 23 Nov 2026 11:30")
    waiting.refresh_from_db()
    assert (waiting.due_at, waiting.wake_at) == (None, None)
    clocks.clock_resume(clock=waiting, at=local("Fri 20 Nov 2026 13:00"))
    assert waiting.due_at == clock.due_at


def test_layers_above_hear_of_moved_deadlines(desk: Desk) -> None:
    heard: list[int] = []
    on_clock_change(heard.extend)
    moved = desk.start("Urgent", FRIDAY)
    desk.start("Urgent", local("Fri 20 Nov 2026 09:00"))
    calendar_edits.closure_add(name="Flood", first_day=date(2026, 11, 23))
    assert heard == [moved.pk]


def test_progress_and_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        desk.start("Urgent", FRIDAY)
    factories.make_shutdown(date(2026, 11, 23), date(2026, 11, 24))
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(recomputation, "BATCH", 2)
    impact = recompute(cause="Shutdown", progress=lambda done, total: seen.append((done, total)))
    assert impact.moved == 5
    assert seen == [(2, 5), (4, 5), (5, 5)]
