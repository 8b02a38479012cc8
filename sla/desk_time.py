"""Working time of the desk itself, for promises and reminders that are no service level's clock."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from accounts.tenancy.memory import current_provider, remembered
from sla.calendars import calendar_spec
from sla.models import BusinessCalendar
from sla.times import local_day, local_instant, local_midnight
from sla.working_time import NeverOpens, Timeline, working_time_for
from sla.working_time.many import to_instants

MICROS_IN_A_MINUTE = 60_000_000
LOOKS_AHEAD = 400  # days; a desk that does not open for so long has no next working day


def desk_hours_later(start: datetime, hours: int) -> datetime:
    """The earliest instant at which so many hours of the desk have passed since `start`.

    Without a calendar plain hours. Raises NeverOpens.
    """
    return desk_time_later(start, timedelta(hours=hours))


def desk_time_later(start: datetime, length: timedelta) -> datetime:
    """As `desk_hours_later`, of any length."""
    times = _desk_times()
    return times.add(start, length) if times else start + length


def desk_minutes_many(starts: Sequence[datetime], ends: Sequence[datetime]) -> list[int]:
    """The whole working minutes of the desk from each start to its end. Without a calendar plain minutes.

    Raises ValueError where an end is before its start.
    """
    times, first, last = _desk_times(), to_instants(starts), to_instants(ends)
    worked = last - first if times is None else times.elapsed_many(first, last).astype("int64")
    minutes: list[int] = (worked // MICROS_IN_A_MINUTE).tolist()
    return minutes


def working_days_later(after: datetime, days: int, at: time) -> datetime:
    """The instant of `at`, local to the desk, on the `days`-th working day after the local day of `after`.

    Where the desk is closed at that time of that day, its first opening. Without a calendar every day is a working day.
    Raises NeverOpens.
    """
    zone, times = current_provider().time_zone, _desk_times()
    first = local_day(after, zone)
    if times is None:
        return local_instant(first + timedelta(days=days), at, zone)
    return nth_working_day(times, first, days, at, zone)


def nth_working_day(times: Timeline, after: date, days: int, at: time, zone: str) -> datetime:
    """As `working_days_later`, on a calendar that is given. Raises NeverOpens."""
    found = 0
    for ahead in range(1, LOOKS_AHEAD):
        day = after + timedelta(days=ahead)
        openings = times.open_between(
            local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone)
        )
        found += bool(openings)
        if found == days and openings:
            wanted = local_instant(day, at, zone)
            return wanted if times.is_open(wanted) else openings[0][0]
    raise NeverOpens(local_midnight(after, zone))


def _desk_times() -> Timeline | None:
    return remembered("sla.desk_times", _desk_times_read)


def _desk_times_read() -> Timeline | None:
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    return working_time_for(calendar_spec(calendar, None)) if calendar else None
