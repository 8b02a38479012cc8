"""Is the desk open now, when does it open next, and which closures lie ahead?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from sla.calendars import calendar_spec
from sla.models import BusinessCalendar, Closure, ClosureKind, PublicHoliday
from sla.working_time import WorkingTimeError, working_time_for

AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """`opens_at` is the next opening where the desk is closed, None where it never opens again."""

    is_open: bool
    opens_at: datetime | None = None


def desk_status(now: datetime) -> DeskStatus | None:
    """Whether the provider's own desk hours are running (Rule S9). None before any hours are entered."""
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    if calendar is None:
        return None
    times = working_time_for(calendar_spec(calendar, None))
    if times.is_open(now):
        return DeskStatus(is_open=True)
    try:
        return DeskStatus(is_open=False, opens_at=times.next_opening(now))
    except WorkingTimeError:
        return DeskStatus(is_open=False)


@dataclass(frozen=True, slots=True)
class ClosureAhead:
    name: str
    first_day: date
    last_day: date


def closures_ahead(today: date) -> list[ClosureAhead]:
    """Closures of the next weeks and the public holidays outside them, the nearest first, as the scope may see them."""
    calendar = BusinessCalendar.objects.filter(is_default=True).first()
    if calendar is None:
        return []
    found: list[ClosureAhead] = []
    if calendar.keeps_closures:
        closures = Closure.objects.filter(
            ~Q(kind=ClosureKind.EXTRA_OPENING), last_day__gte=today, first_day__lte=today + AHEAD
        )
        found += [ClosureAhead(one.name, one.first_day, one.last_day) for one in closures]
    if calendar.nation:
        holidays = PublicHoliday.objects.filter(
            nation=calendar.nation, day__gte=today, day__lte=today + AHEAD
        )
        inside = [
            day for day in holidays if not any(one.first_day <= day.day <= one.last_day for one in found)
        ]
        found += [ClosureAhead(one.name, one.day, one.day) for one in inside]
    return sorted(found, key=lambda one: (one.first_day, one.last_day))
