"""A calendar year day by day: open or closed, and by which layer."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR

from sla.models import BusinessCalendar, Closure, ClosureKind, PublicHoliday


class DayKind(StrEnum):
    """What a day is, the layer that decides last coming last."""

    OPEN = "open"
    OFF = "off"  # closed every week
    HOLIDAY = "holiday"
    SHUTDOWN = "shutdown"
    CLOSURE = "closure"
    PARTLY = "partly"
    EXTRA = "extra"


# Beside the colour, so that nothing is told by colour alone.
LETTERS = {
    DayKind.HOLIDAY: "H",
    DayKind.SHUTDOWN: "S",
    DayKind.CLOSURE: "C",
    DayKind.PARTLY: "P",
    DayKind.EXTRA: "+",
}


@dataclass(slots=True)
class Day:
    """One day, its kind and the names of what touches it."""

    day: date
    kind: DayKind
    names: list[str] = field(default_factory=list)

    @property
    def letter(self) -> str:
        return LETTERS.get(self.kind, "")

    @property
    def words(self) -> str:
        return "; ".join(self.names)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; days outside it are None."""

    name: str
    weeks: list[list[Day | None]]


def year_of(
    year: int,
    *,
    calendar: BusinessCalendar,
    open_weekdays: frozenset[int],
    holidays: Iterable[PublicHoliday],
    closures: Iterable[Closure],
) -> list[Month]:
    """The twelve months. `closures` are those that hold for whoever looks; whole local days only are coloured."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days: dict[date, Day] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        is_open = calendar.always_open or day.weekday() in open_weekdays
        days[day] = Day(day, DayKind.OPEN if is_open else DayKind.OFF)
    for holiday in holidays:
        if holiday.day in days:
            _mark(days[holiday.day], DayKind.HOLIDAY, holiday.name)
    for closure in sorted(closures, key=lambda one: (one.customer_id is not None, one.opens)):
        for day in _days_of(closure, first, last):
            _mark(days[day], _kind(closure, day), closure.name)
    return [_month(year, month, days) for month in range(1, 13)]


def weekday_letters() -> list[tuple[str, str]]:
    """Short and full names of the weekdays, from Monday."""
    return [(str(WEEKDAYS_ABBR[index]), str(WEEKDAYS[index])) for index in range(7)]


def _mark(day: Day, kind: DayKind, name: str) -> None:
    day.names.append(name)
    still_open = day.kind in {DayKind.OPEN, DayKind.PARTLY}
    closes_the_weekend_too = day.kind is DayKind.OFF and kind is not DayKind.PARTLY
    # A closure of a day that a layer before has closed adds its name and nothing else.
    if still_open or closes_the_weekend_too or kind is DayKind.EXTRA:
        day.kind = kind


def _kind(closure: Closure, day: date) -> DayKind:
    if closure.opens:
        return DayKind.EXTRA
    starts_late = closure.from_time is not None and day == closure.first_day
    ends_early = closure.to_time is not None and day == closure.last_day
    if starts_late or ends_early:
        return DayKind.PARTLY
    return DayKind.SHUTDOWN if closure.kind == ClosureKind.SHUTDOWN else DayKind.CLOSURE


def _days_of(closure: Closure, first: date, last: date) -> list[date]:
    start, end = max(closure.first_day, first), min(closure.last_day, last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _month(year: int, month: int, days: dict[date, Day]) -> Month:
    weeks = [
        [days[day] if day.month == month else None for day in week]
        for week in Calendar().monthdatescalendar(year, month)
    ]
    return Month(str(MONTHS[month]), weeks)
