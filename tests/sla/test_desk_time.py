"""The desk's own working days and hours, for promises and reminders."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.tenancy.scope import open_scope
from sla.desk_time import desk_hours_later, nth_working_day, working_days_later
from sla.working_time import AlwaysOpen, CalendarSpec, weekly_hours, working_time_for
from tests.cast import Cast

LONDON = "Europe/London"
OFFICE = working_time_for(CalendarSpec(LONDON, weekly_hours(range(5), (time(8), time(16, 30)))))
ALWAYS = working_time_for(CalendarSpec(LONDON, AlwaysOpen()))


@pytest.mark.rule("E3", "S3")
@pytest.mark.parametrize(
    ("after", "days", "at", "expected"),
    [
        ("2026-11-20", 1, "10:00", "2026-11-23 10:00"),  # Friday to Monday
        ("2026-11-23", 2, "10:00", "2026-11-25 10:00"),
        ("2026-12-22", 2, "10:00", "2027-01-04 10:00"),  # over the shutdown
        ("2026-11-20", 1, "17:00", "2026-11-23 08:00"),  # closed at that time: the first opening
        ("2026-03-27", 1, "10:00", "2026-03-30 10:00"),  # the clocks went forward in between
    ],
)
def test_so_many_working_days_later(cast: Cast, after: str, days: int, at: str, expected: str) -> None:
    start = datetime.combine(date.fromisoformat(after), time(12), ZoneInfo(LONDON))
    with open_scope(cast.staff_scope()):
        found = working_days_later(start, days, time.fromisoformat(at))
    assert found.astimezone(ZoneInfo(LONDON)).strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.rule("E2", "S4")
def test_hours_of_the_desk(cast: Cast) -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    with open_scope(cast.staff_scope()):
        assert desk_hours_later(friday, 1) == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.mark.rule("E3")
@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(1, 30), st.integers(0, 1439))
def test_the_nth_day_has_so_many_open_days_up_to_it(day: date, days: int, minute: int) -> None:
    at = time(minute // 60, minute % 60)
    found = nth_working_day(OFFICE, day, days, at, LONDON)
    local = found.astimezone(ZoneInfo(LONDON))
    between = (day + timedelta(days=n) for n in range(1, (local.date() - day).days + 1))
    assert sum(one.weekday() < 5 for one in between) == days
    assert OFFICE.is_open(found)
    always = nth_working_day(ALWAYS, day, days, at, LONDON).astimezone(ZoneInfo(LONDON))
    assert always.date() == day + timedelta(days=days)
