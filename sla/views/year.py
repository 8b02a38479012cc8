"""Settings: the year calendar with its layers, a list beside it, and 'why is this day closed?'."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry, Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from sla.calendars import calendar_spec
from sla.forms.calendars import YearForm, year_in_reach
from sla.models import BusinessCalendar, Closure, ClosureKind, OpeningWindow, PublicHoliday
from sla.selectors import calendars_of_hours, shutdown_missing
from sla.times import local_day
from sla.working_time import Counted, Gap, ReasonKind, working_time_for
from sla.working_time.zones import LocalAxis, from_micros, local_micros
from sla.year import LETTERS, DayKind, weekday_letters, year_of

HISTORY_SHOWN = 10
LEGEND = {
    DayKind.HOLIDAY: gettext_lazy("Public holiday"),
    DayKind.SHUTDOWN: gettext_lazy("Christmas shutdown"),
    DayKind.CLOSURE: gettext_lazy("Closed"),
    DayKind.PARTLY: gettext_lazy("Closed for a part of the day"),
    DayKind.EXTRA: gettext_lazy("Open for once"),
    DayKind.OFF: gettext_lazy("Closed every week"),
}
REASONS = {
    ReasonKind.WEEKEND: gettext_lazy("weekend"),
    ReasonKind.OUTSIDE_HOURS: gettext_lazy("outside the hours"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    year: int
    calendar: BusinessCalendar | None
    nation: str
    customer: Customer | None
    day: date | None


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def year_page(request: HttpRequest) -> HttpResponse:
    """A year of one calendar, as everybody or one school sees it."""
    tenant: Any = request
    today = local_day(timezone.now(), tenant.provider.time_zone)
    calendars = list(calendars_of_hours())
    form = YearForm({"year": str(today.year), **request.GET.dict()}, calendars=calendars)
    asked = _asked(form, calendars, today)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "today": today,
        "shutdown_missing": shutdown_missing(tenant.provider, today),
        "history": _history(),
    }
    if asked.calendar is not None:
        holidays = _holidays(asked)
        closures = _closures(asked)
        context |= {
            "shutdown": any(_is_shutdown_of(row, asked.year) for row in closures),
            "months": _months(asked, asked.calendar, holidays, closures),
            "weekdays": weekday_letters(),
            "legend": [(kind, LETTERS.get(kind, ""), words) for kind, words in LEGEND.items()],
            "rows": _rows(holidays, closures),
            "explained": _explain(asked.calendar, asked.customer, asked.day) if asked.day else None,
        }
    return settings_page(request, "sla/settings/year.html", context)


def _asked(form: YearForm, calendars: list[BusinessCalendar], today: date) -> Asked:
    data = form.cleaned_data if form.is_valid() else {}
    day = data.get("day")
    year = day.year if day else data.get("year") or today.year
    wanted = [row for row in calendars if row.pk == data.get("calendar")]
    calendar = next(iter(wanted or calendars), None)
    nation = data.get("nation") or (calendar.nation if calendar else "")
    return Asked(year_in_reach(year, today), calendar, nation, data.get("customer"), day)


def _is_shutdown_of(closure: Closure, year: int) -> bool:
    begins_in_its_winter = closure.first_day.year == year and closure.first_day.month >= 7
    return closure.kind == ClosureKind.SHUTDOWN and closure.customer_id is None and begins_in_its_winter


def _holidays(asked: Asked) -> list[PublicHoliday]:
    return list(PublicHoliday.objects.filter(nation=asked.nation, day__year=asked.year))


def _closures(asked: Asked) -> list[Closure]:
    rows = Closure.objects.filter(
        first_day__lte=date(asked.year, 12, 31), last_day__gte=date(asked.year, 1, 1)
    )
    if asked.customer is not None:
        return list(
            rows.filter(Q(customer__isnull=True) | Q(customer=asked.customer)).select_related("customer")
        )
    return list(rows.select_related("customer"))


def _months(
    asked: Asked, calendar: BusinessCalendar, holidays: list[PublicHoliday], closures: list[Closure]
) -> Any:
    weekdays = OpeningWindow.objects.filter(calendar=calendar).values_list("weekday", flat=True)
    seen = [row for row in closures if row.customer_id is not None or calendar.keeps_closures]
    if asked.customer is None:
        # Everybody's year: what closes one school alone stands in the list only.
        seen = [row for row in seen if row.customer_id is None]
    return year_of(
        asked.year,
        calendar=calendar,
        open_weekdays=frozenset(weekdays),
        holidays=holidays,
        closures=seen,
    )


def _rows(holidays: list[PublicHoliday], closures: list[Closure]) -> list[dict[str, Any]]:
    """The list beside the calendar, in order of the first day."""
    rows: list[dict[str, Any]] = [
        {"first": row.day, "last": row.day, "name": row.name, "holiday": row} for row in holidays
    ]
    rows += [
        {"first": row.first_day, "last": row.last_day, "name": row.name, "closure": row} for row in closures
    ]
    return sorted(rows, key=lambda row: (row["first"], row["name"]))


def _explain(calendar: BusinessCalendar, customer: Customer | None, day: date) -> dict[str, Any]:
    """The openings of one local day, and every reason for the rest of it."""
    spec = calendar_spec(calendar, customer.pk if customer else None)
    axis = LocalAxis(spec.time_zone, day.year, day.year + 1)
    starts, ends = (
        from_micros(axis.to_utc(local_micros(datetime.combine(one, time.min))))
        for one in (day, day + timedelta(days=1))
    )
    rows = working_time_for(spec).explain(starts.astimezone(UTC), ends.astimezone(UTC))
    reasons: dict[str, None] = {}
    for row in rows:
        if isinstance(row, Gap):
            reasons |= dict.fromkeys(_words(one.kind, one.name, one.layer) for one in row.reasons)
    return {
        "day": day,
        "openings": [row for row in rows if isinstance(row, Counted)],
        "reasons": list(reasons),
    }


def _words(kind: ReasonKind, name: str, layer: str) -> str:
    return f"{name} ({_(layer)})" if layer else str(REASONS.get(kind, kind))


def _history() -> Any:
    rows = AuditEntry.objects.filter(object_type__startswith="sla.").select_related("actor")
    return rows[:HISTORY_SHOWN]
