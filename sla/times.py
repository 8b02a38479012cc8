"""Instants and local dates."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sla.working_time.zones import LocalAxis, from_micros, local_micros


def local_day(at: datetime, time_zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def local_midnight(day: date, time_zone: str) -> datetime:
    """The instant (UTC) at which a local day begins (Rule S15)."""
    axis = LocalAxis(time_zone, day.year, day.year)
    return from_micros(axis.to_utc(local_micros(datetime.combine(day, time.min))))
