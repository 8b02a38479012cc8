"""Instants and local dates."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sla.working_time.zones import LocalAxis, from_micros, local_micros


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def local_time(at: datetime, time_zone: str) -> time:
    """What a clock on the wall shows at an instant."""
    return at.astimezone(ZoneInfo(time_zone)).time()


def local_midnight(day: date, time_zone: str) -> datetime:
    """The instant (UTC) at which a local day begins (Rule S15)."""
    return local_instant(day, time.min, time_zone)


def local_instant(day: date, at: time, time_zone: str) -> datetime:
    """The instant (UTC) of a local day and time; see Rule S15 for those that occur twice or never."""
    axis = LocalAxis(time_zone, day.year, day.year)
    return from_micros(axis.to_utc(local_micros(datetime.combine(day, at))))
