"""Working days of the desk: days on which its own hours open at all (rules S3, I10)."""

from datetime import date, datetime, timedelta

from sla.calendars import calendar_spec
from sla.models import BusinessCalendar
from sla.times import local_day, local_instant, local_midnight, local_time
from sla.working_time import Timeline, working_time_for

FURTHEST = 60  # days; no desk is closed for longer


def working_day_before(day: date, zone: str) -> datetime:
    """When the desk opens on the last working day before a local day; the day before where no hours are entered."""
    times = _desk_times()
    for back in range(1, FURTHEST):
        opened = _openings(times, day - timedelta(days=back), zone)
        if opened:
            return opened[0][0]
    return local_midnight(day - timedelta(days=1), zone)


def reminder_before(needed_by: date | None, at: datetime, zone: str) -> datetime | None:
    """When the technician is reminded: as the desk opens one working day before, at once where that is past."""
    return max(working_day_before(needed_by, zone), at) if needed_by else None


def working_days_after(at: datetime, days: int, zone: str) -> datetime:
    """The same local time so many working days later, moved into that day's hours."""
    times, day, left = _desk_times(), local_day(at, zone), days
    for _day in range(FURTHEST):
        day += timedelta(days=1)
        opened = _openings(times, day, zone)
        left -= bool(opened)
        if opened and not left:
            first, last = opened[0][0], opened[-1][1]
            return min(max(local_instant(day, local_time(at, zone), zone), first), last)
    return at + timedelta(days=days)


def _desk_times() -> Timeline | None:
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    return working_time_for(calendar_spec(calendar, None)) if calendar else None


def _openings(times: Timeline | None, day: date, zone: str) -> list[tuple[datetime, datetime]]:
    if times is None:
        return []
    return times.open_between(local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone))
