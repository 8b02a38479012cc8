"""Warnings and breaches: once each, late when late, and together with what the layers above do (Rule S14)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from delivery.due import Moment
from sla import steps
from sla.models import Clock, ClockEvent, ClockKind
from sla.services.clocks import clock_change_terms, clock_pause, clock_resume, clock_stop
from sla.steps import ClockStep, clock_step, on_clock_step
from tests import factories
from tests.sla.conftest import Desk, local

pytestmark = pytest.mark.rule("S11", "S14")

FRIDAY = local("Fri 20 Nov 2026 16:00")
WARN = local("Mon 23 Nov 2026 08:15")
DUE = local("Mon 23 Nov 2026 08:30")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[ClockStep]:
    """The steps that a layer above hears of."""
    heard: list[ClockStep] = []
    monkeypatch.setattr(steps, "_step_handlers", [heard.append])
    return heard


def told(taken: list[ClockStep]) -> list[tuple[str, object, bool]]:
    return [(step.kind, step.at, step.is_late) for step in taken]


def test_warned_then_breached_once_each(desk: Desk, taken: list[ClockStep]) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(WARN - MINUTE))
    assert told(taken) == []
    for moment in (WARN, WARN, WARN + MINUTE, DUE, DUE, DUE + MINUTE):
        clock_step(clock, Moment(moment))
    assert told(taken) == [("warned", WARN, False), ("breached", DUE, False)]
    assert clock.wake_at is None


def test_after_an_outage_the_warning_is_recorded_as_too_late_and_nobody_is_told_twice(
    desk: Desk, taken: list[ClockStep]
) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(DUE + timedelta(hours=3)))
    assert told(taken) == [("breached", DUE, True)]
    rows = list(ClockEvent.objects.filter(clock=clock).values_list("kind", "is_late"))
    assert rows == [("started", False), ("warned", True), ("breached", True)]
    assert ClockEvent.objects.get(clock=clock, kind="warned").data["too_late"] is True


@pytest.mark.parametrize(
    ("delay", "is_late"), [(timedelta(minutes=10), False), (timedelta(minutes=11), True)]
)
def test_late_means_noticeably_late(
    desk: Desk, taken: list[ClockStep], delay: timedelta, is_late: bool
) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(WARN + delay))
    assert told(taken) == [("warned", WARN, is_late)]


def test_a_deadline_that_was_moved_into_the_past_is_no_outage(desk: Desk, taken: list[ClockStep]) -> None:
    clock = desk.start("Low", FRIDAY)
    now = DUE + timedelta(hours=2)
    terms = factories.make_terms(desk.levels["Urgent"], desk.calendar)
    clock_change_terms(clock=clock, terms=terms, at=now, cause="worse")
    clock_step(clock, Moment(now + MINUTE))
    assert told(taken) == [("breached", DUE, False)]


@pytest.mark.rule("S10")
def test_a_waiting_clock_gives_no_warning(desk: Desk, taken: list[ClockStep]) -> None:
    clock = desk.start("Urgent", FRIDAY, ClockKind.FIX, pausable_for=frozenset({"customer"}))
    warn_at = clock.warn_at
    assert warn_at is not None
    clock_pause(clock=clock, at=warn_at - MINUTE, waiting_for="customer", reason="photo")
    clock_step(clock, Moment(warn_at + timedelta(days=3)))
    assert told(taken) == []
    clock_resume(clock=clock, at=warn_at + timedelta(days=1))
    assert clock.warn_at == clock.wake_at
    assert clock.warn_at is not None
    assert clock.warn_at > warn_at


@pytest.mark.rule("S10")
def test_waiting_does_not_hide_a_miss_from_before(desk: Desk, taken: list[ClockStep]) -> None:
    clock = desk.start("Urgent", FRIDAY, ClockKind.FIX, pausable_for=frozenset({"customer"}))
    due = clock.due_at
    assert due is not None
    clock_pause(clock=clock, at=due + MINUTE, waiting_for="customer", reason="photo")
    assert clock.wake_at == due
    clock_step(clock, Moment(due + 2 * MINUTE))
    assert told(taken) == [("breached", due, False)]


def test_an_ended_clock_takes_no_step(desk: Desk, taken: list[ClockStep]) -> None:
    clock = clock_stop(clock=desk.start("Urgent", FRIDAY), at=FRIDAY)
    clock_step(clock, Moment(DUE + MINUTE))
    assert told(taken) == []


def test_what_the_layers_above_do_belongs_to_the_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(step: ClockStep) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(steps, "_step_handlers", [broken])
    clock = desk.start("Urgent", FRIDAY)
    with pytest.raises(RuntimeError), transaction.atomic():
        clock_step(clock, Moment(WARN))
    assert list(ClockEvent.objects.filter(clock=clock).values_list("kind", flat=True)) == ["started"]
    assert Clock.objects.get(pk=clock.pk).warned_at is None


def test_the_database_refuses_a_second_record_of_a_step(desk: Desk) -> None:
    clock = desk.start("Urgent", FRIDAY)
    clock_step(clock, Moment(WARN))
    Clock.objects.filter(pk=clock.pk).update(warned_at=None)
    clock.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        clock_step(clock, Moment(WARN))


def test_registering_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_step_handlers", [])
    heard: list[ClockStep] = []
    hear = heard.append
    on_clock_step(hear)
    on_clock_step(hear)
    assert len(steps._step_handlers) == 1
