"""Is the desk open now, when does it open next, and which closures lie ahead?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Q

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
    closures, holidays = _ahead(today)
    return _in_order(closures, holidays)


def closures_ahead_of_each(today: date, customer_ids: Collection[int]) -> dict[int, list[ClosureAhead]]:
    """The same for each of these customers: the provider's closures and that customer's own, in two queries."""
    closures, holidays = _ahead(today)
    return {
        key: _in_order([one for one in closures if one.customer_id in {None, key}], holidays)
        for key in customer_ids
    }


def _ahead(today: date) -> tuple[list[Closure], list[PublicHoliday]]:
    """What the desk's own hours keep: closures where they keep any, and the holidays of their nation."""
    desk = BusinessCalendar.objects.filter(is_default=True)
    closures = Closure.objects.filter(
        ~Q(kind=ClosureKind.EXTRA_OPENING),
        Exists(desk.filter(keeps_closures=True)),
        last_day__gte=today,
        first_day__lte=today + AHEAD,
    )
    holidays = PublicHoliday.objects.filter(
        nation__in=desk.values("nation"), day__gte=today, day__lte=today + AHEAD
    )
    return list(closures), list(holidays)


def _in_order(closures: Iterable[Closure], holidays: Iterable[PublicHoliday]) -> list[ClosureAhead]:
    found = [ClosureAhead(one.name, one.first_day, one.last_day) for one in closures]
    outside = [
        one for one in holidays if not any(span.first_day <= one.day <= span.last_day for span in found)
    ]
    found += [ClosureAhead(one.name, one.day, one.day) for one in outside]
    return sorted(found, key=lambda one: (one.first_day, one.last_day))
