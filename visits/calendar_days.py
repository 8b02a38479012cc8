"""The days of a calendar: their visits, what closes them by name, and who is away (rules P2, S3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from sla.models import Closure, ClosureKind, PublicHoliday
from visits.models import EngineerAbsence, Visit
from visits.periods import DAY, Span
from visits.selectors import visits_between

VIEWS = ("day", "week", "month")
SATURDAY = 5


@dataclass(slots=True)
class CalendarDay:
    """A local day. `closed` names what closes it for everybody, `away` the engineers who are."""

    day: date
    is_today: bool
    is_inside: bool
    closed: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.closed or self.away or self.visits)


def span_of(view: str, day: date) -> Span:
    """The days that a view shows round a day; a month is filled up to whole weeks."""
    if view == "day":
        return Span(day, day)
    if view == "week":
        return Span(_monday(day), _monday(day) + 6 * DAY)
    first = day.replace(day=1)
    last = _month_later(first) - DAY
    return Span(_monday(first), _monday(last) + 6 * DAY)


def neighbours(view: str, day: date) -> tuple[date, date]:
    """A day of the span before, and of the one after."""
    if view == "month":
        first = day.replace(day=1)
        return (first - DAY).replace(day=1), _month_later(first)
    step = timedelta(days=7 if view == "week" else 1)
    return day - step, day + step


def calendar_days(view: str, day: date, *, today: date, engineer: Person | None = None) -> list[CalendarDay]:
    """The days of a view in order; weekends only where there is something on them, or the day itself is one."""
    span = span_of(view, day)
    days = {
        one: CalendarDay(one, one == today, view != "month" or one.month == day.month) for one in _each(span)
    }
    for visit in visits_between(span.first, span.last, engineer=engineer):
        days[visit.day].visits.append(visit)
    for one, names in closures_between(span).items():
        days[one].closed = names
    absences = EngineerAbsence.objects.filter(first_day__lte=span.last, last_day__gte=span.first)
    if engineer is not None:
        absences = absences.filter(engineer=engineer)
    for absence in absences.select_related("engineer").order_by("engineer__name"):
        for one in _inside(absence.first_day, absence.last_day, span):
            days[one].away.append(absence.engineer.name)
    is_wide = view == "day" or any(days[one].visits for one in days if one.weekday() >= SATURDAY)
    return [one for one in days.values() if is_wide or one.day.weekday() < SATURDAY]


def closures_between(span: Span) -> dict[date, list[str]]:
    """Public holidays of the desk's nation, the shutdown and other closures of all schools, by day and by name."""
    names: dict[date, list[str]] = defaultdict(list)
    rows = PublicHoliday.objects.filter(
        nation=current_provider().nation, day__range=(span.first, span.last)
    ).order_by("day")
    for holiday in rows:
        names[holiday.day].append(holiday.name)
    closures = Closure.objects.filter(
        ~Q(kind=ClosureKind.EXTRA_OPENING), customer=None, first_day__lte=span.last, last_day__gte=span.first
    )
    for closure in closures.order_by("first_day"):
        for day in _inside(closure.first_day, closure.last_day, span):
            names[day].append(_closure_words(closure, day))
    return names


def _closure_words(closure: Closure, day: date) -> str:
    """Its name, and the hours where it does not close the whole day."""
    if closure.from_time is not None and day == closure.first_day:
        return _("%(name)s, from %(time)s") % {"name": closure.name, "time": f"{closure.from_time:%H:%M}"}
    if closure.to_time is not None and day == closure.last_day:
        return _("%(name)s, until %(time)s") % {"name": closure.name, "time": f"{closure.to_time:%H:%M}"}
    return closure.name


def _each(span: Span) -> Iterator[date]:
    day = span.first
    while day <= span.last:
        yield day
        day += DAY


def _inside(first: date, last: date, span: Span) -> Iterable[date]:
    return _each(Span(max(first, span.first), min(last, span.last)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_later(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
