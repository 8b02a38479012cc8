"""Layers of closures and openings, worked out by hand (Rule S3)."""

# ruff: noqa: DTZ001 - the local times of a calendar carry no zone of their own

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.working_time import (
    BeyondHorizon,
    CalendarException,
    CalendarSpec,
    Layer,
    LayerKind,
    NeverOpens,
    Timeline,
    WeeklyHours,
    compile_calendar,
    weekly_hours,
    working_time_for,
)
from tests.sla.calendars import DESK, SHUTDOWN, closed, desk, opened, patchwork

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def layer(*exceptions: CalendarException, kind: LayerKind = LayerKind.PROVIDER_CLOSURES) -> Layer:
    return Layer("Closures", kind, exceptions)


@pytest.mark.rule("S3", "S4")
def test_a_partial_closure_takes_its_hours_only() -> None:
    calendar = working_time_for(patchwork())
    # Wednesday 10 June: closed 12:00 to 14:15.
    assert calendar.add(at(6, 10, 11), 2 * HOUR) == at(6, 10, 15, 15)
    assert calendar.elapsed(at(6, 10), at(6, 11)) == timedelta(hours=6, minutes=15)


@pytest.mark.rule("S3", "S4")
def test_a_closure_of_several_days_starts_and_ends_inside_working_days() -> None:
    calendar = working_time_for(patchwork())
    # Thursday 16 July 15:00 to Tuesday 21 July 10:30, but Saturday 09:00 to 12:00 is opened by the same
    # layer.
    assert calendar.add(at(7, 16, 14), 4 * HOUR) == at(7, 18, 12)
    assert calendar.add(at(7, 16, 14), 5 * HOUR) == at(7, 21, 11, 30)


@pytest.mark.rule("S3")
def test_a_later_layer_overrides_an_earlier_one() -> None:
    calendar = working_time_for(patchwork())
    # Good Friday: closed as a holiday, opened 09:00 to 13:00 by the provider, closed from 11:30 by the
    # customer.
    assert calendar.elapsed(at(4, 3), at(4, 4)) == timedelta(hours=2, minutes=30)
    assert calendar.elapsed(at(5, 3, year=2027), at(5, 4, year=2027)) == 16 * HOUR


@pytest.mark.rule("S3")
def test_inside_one_layer_an_opening_wins() -> None:
    shutdown = closed("Shutdown", datetime(2026, 12, 24), datetime(2027, 1, 2))
    cover = opened("Cover", datetime(2026, 12, 29, 9), datetime(2026, 12, 29, 12))
    one = CalendarSpec("Europe/London", DESK, (layer(shutdown, cover),))
    other = CalendarSpec("Europe/London", DESK, (layer(cover, shutdown),))
    assert one == other
    assert working_time_for(one).elapsed(at(12, 24), at(1, 2, year=2027)) == 3 * HOUR


@pytest.mark.rule("S3")
def test_the_shutdown_includes_its_last_day() -> None:
    calendar = working_time_for(CalendarSpec("Europe/London", DESK, (SHUTDOWN,)))
    assert calendar.next_opening(at(12, 23, 16, 30)) == at(1, 4, 8, year=2027)
    assert not calendar.is_open(at(1, 1, 12, year=2027))


def test_a_calendar_without_hours_never_opens() -> None:
    empty = working_time_for(CalendarSpec("Europe/London", WeeklyHours(())))
    with pytest.raises(NeverOpens):
        empty.add(at(1, 1), HOUR)
    with pytest.raises(NeverOpens):
        empty.next_opening(at(1, 1))
    assert empty.elapsed(at(1, 1), at(12, 31)) == timedelta()


def test_no_opening_for_ten_years_is_said_instead_of_searched_for() -> None:
    forever = closed("Closed for good", datetime(2026, 1, 1), datetime(2190, 1, 1))
    calendar = working_time_for(CalendarSpec("Europe/London", DESK, (layer(forever),)))
    with pytest.raises(NeverOpens) as refused:
        calendar.add(at(6, 1), HOUR)
    assert refused.value.after == at(6, 1)


def test_a_long_closure_is_looked_past() -> None:
    years = closed("Long works", datetime(2026, 1, 1), datetime(2034, 1, 1))
    calendar = working_time_for(CalendarSpec("Europe/London", DESK, (layer(years),)))
    assert calendar.add(at(6, 1), HOUR) == datetime(2034, 1, 2, 9, tzinfo=LONDON)


def test_outside_the_supported_years_is_an_error() -> None:
    calendar = working_time_for(desk())
    with pytest.raises(BeyondHorizon):
        calendar.add(datetime(1969, 12, 31, tzinfo=LONDON), HOUR)
    with pytest.raises(BeyondHorizon):
        calendar.add(at(1, 1), timedelta(days=100_000))
    with pytest.raises(BeyondHorizon):
        calendar.is_open(datetime(2200, 1, 1, tzinfo=LONDON))


def test_a_fixed_compile_answers_for_its_days_only() -> None:
    compiled = compile_calendar(desk(), date(2026, 6, 1), date(2026, 6, 8))
    assert compiled.elapsed(at(6, 1), at(6, 5, 23)) == timedelta(hours=42, minutes=30)
    with pytest.raises(BeyondHorizon):
        compiled.add(at(6, 5, 16), HOUR)
    with pytest.raises(BeyondHorizon):
        compiled.is_open(at(5, 31, 23))


@pytest.mark.parametrize(
    "question",
    [
        lambda calendar: calendar.add(datetime(2026, 1, 1, 9), HOUR),
        lambda calendar: calendar.add(at(1, 1), -HOUR),
        lambda calendar: calendar.elapsed(at(1, 2), at(1, 1)),
        lambda calendar: calendar.explain(at(1, 2), at(1, 1)),
    ],
    ids=["naive start", "negative allowance", "elapsed backwards", "explained backwards"],
)
def test_senseless_questions_are_refused(question: Callable[[Timeline], object]) -> None:
    with pytest.raises(ValueError):
        question(working_time_for(desk()))


def test_windows_over_midnight_are_cut_at_midnight() -> None:
    hours = weekly_hours([6], (time(22), time(6)))
    assert [(w.weekday, w.opens, w.closes) for w in hours.windows] == [(0, 0, 360), (6, 1320, 1440)]
    until_midnight = weekly_hours([0], (time(18), time(0)))
    assert [(w.weekday, w.opens, w.closes) for w in until_midnight.windows] == [(0, 1080, 1440)]
