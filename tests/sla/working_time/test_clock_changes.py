"""Changes of the clocks, worked out by hand (Rule S15).

London 2026: on 29 March 01:00 UTC the clock jumps from 01:00 to 02:00; on 25 October 01:00 UTC it goes back
from 02:00 to 01:00.
"""

# ruff: noqa: DTZ001 - the local times of a calendar carry no zone of their own

from datetime import UTC, datetime, time, timedelta

import pytest

from sla.working_time import (
    CalendarException,
    CalendarSpec,
    InvalidCalendar,
    Layer,
    LayerKind,
    VisitHours,
    VisitWindow,
    WorkingTime,
    compile_calendar,
    weekly_hours,
    working_time_for,
)
from tests.sla.calendars import round_the_clock

pytestmark = pytest.mark.rule("S15")

HOUR = timedelta(hours=1)


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[arg-type, misc]


def opening(starts: datetime, ends: datetime, zone: str = "Europe/London") -> list[tuple[datetime, datetime]]:
    """The real extent of one local window."""
    spec = CalendarSpec(zone, VisitHours((VisitWindow(starts, ends),)))
    compiled: WorkingTime = compile_calendar(spec, starts.date(), ends.date())
    return compiled.open_between(utc(2000, 1, 1), utc(2100, 1, 1))


def test_a_round_the_clock_day_has_23_24_or_25_hours() -> None:
    calendar = working_time_for(round_the_clock())
    assert calendar.elapsed(utc(2026, 3, 29), utc(2026, 3, 29, 23)) == 23 * HOUR
    assert calendar.elapsed(utc(2026, 10, 24, 23), utc(2026, 10, 26)) == 25 * HOUR
    assert calendar.elapsed(utc(2026, 6, 1, 23), utc(2026, 6, 2, 23)) == 24 * HOUR
    assert calendar.add(utc(2026, 3, 28, 12), 24 * HOUR) == utc(2026, 3, 29, 12)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param(
            (0, 30),
            (2, 30),
            (utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30)),
            id="across: one hour is missing",
        ),
        pytest.param(
            (1, 30),
            (3, 0),
            (utc(2026, 3, 29, 1, 0), utc(2026, 3, 29, 2, 0)),
            id="opens at the next time that exists",
        ),
        pytest.param(
            (0, 0),
            (1, 30),
            (utc(2026, 3, 29, 0, 0), utc(2026, 3, 29, 1, 0)),
            id="closes at the next time that exists",
        ),
        pytest.param((1, 0), (2, 0), None, id="wholly skipped"),
    ],
)
def test_clocks_go_forward(
    starts: tuple[int, int], ends: tuple[int, int], expected: tuple[datetime, datetime] | None
) -> None:
    found = opening(datetime(2026, 3, 29, *starts), datetime(2026, 3, 29, *ends))
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param(
            (0, 30),
            (2, 30),
            (utc(2026, 10, 24, 23, 30), utc(2026, 10, 25, 2, 30)),
            id="across: one hour more",
        ),
        pytest.param(
            (1, 30),
            (3, 0),
            (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 3, 0)),
            id="opens at the first of two",
        ),
        pytest.param(
            (0, 0),
            (1, 30),
            (utc(2026, 10, 24, 23, 0), utc(2026, 10, 25, 0, 30)),
            id="closes at the first of two",
        ),
        pytest.param(
            (1, 0), (1, 30), (utc(2026, 10, 25, 0, 0), utc(2026, 10, 25, 0, 30)), id="inside: once, not twice"
        ),
        pytest.param(
            (1, 0),
            (2, 0),
            (utc(2026, 10, 25, 0, 0), utc(2026, 10, 25, 2, 0)),
            id="both of the repeated hours",
        ),
    ],
)
def test_clocks_go_back(
    starts: tuple[int, int], ends: tuple[int, int], expected: tuple[datetime, datetime]
) -> None:
    assert opening(datetime(2026, 10, 25, *starts), datetime(2026, 10, 25, *ends)) == [expected]


def test_half_an_hour_of_summer_time() -> None:
    # Lord Howe Island: 5 April 2026 02:00 (+11) goes back to 01:30 (+10:30).
    found = opening(datetime(2026, 4, 5, 1, 0), datetime(2026, 4, 5, 3, 0), "Australia/Lord_Howe")
    assert found == [(utc(2026, 4, 4, 14, 0), utc(2026, 4, 4, 16, 30))]


def test_a_day_that_a_zone_left_out() -> None:
    # Samoa had no 30 December 2011.
    assert opening(datetime(2011, 12, 30, 9), datetime(2011, 12, 30, 17), "Pacific/Apia") == []
    across = opening(datetime(2011, 12, 29, 9), datetime(2011, 12, 31, 9), "Pacific/Apia")
    assert across == [(utc(2011, 12, 29, 19), utc(2011, 12, 30, 19))]


def test_deadline_inside_working_time_that_holds_the_change() -> None:
    spec = CalendarSpec("Europe/London", weekly_hours(range(7), (time(22), time(6))))
    calendar = working_time_for(spec)
    # Saturday night 28 to 29 March holds seven hours, 24 to 25 October nine.
    assert calendar.add(utc(2026, 3, 28, 22), 7 * HOUR) == utc(2026, 3, 29, 5)
    assert calendar.add(utc(2026, 10, 24, 21), 9 * HOUR) == utc(2026, 10, 25, 6)
    assert calendar.add(utc(2026, 10, 24, 21), 9 * HOUR + timedelta(seconds=1)) == utc(2026, 10, 25, 22, 0, 1)


def test_a_closure_over_the_change_takes_real_time() -> None:
    night = CalendarException(datetime(2026, 10, 25, 0), datetime(2026, 10, 25, 3), "Network works")
    layer = Layer("Closures", LayerKind.PROVIDER_CLOSURES, (night,))
    calendar = working_time_for(CalendarSpec("Europe/London", round_the_clock().hours, (layer,)))
    assert calendar.add(utc(2026, 10, 24, 22), 2 * HOUR) == utc(2026, 10, 25, 4)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../etc/passwd", "", "Europe"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(InvalidCalendar):
        working_time_for(round_the_clock(name)).is_open(utc(2026, 1, 1))
