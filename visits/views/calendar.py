"""The desk's calendar of visits by day, week and month, and the phone page of today's visits."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Person
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from contracts.views.customers import today
from visits.calendar_days import VIEWS, calendar_days, neighbours
from visits.forms.visits import ArriveForm, CalendarForm, DepartForm
from visits.models import Visit, VisitState
from visits.panels import visit_panels, visit_subjects
from visits.selectors import visits_to_reschedule, visits_with_names

IN_A_CELL = 6  # of a month; the day itself shows all
BEFORE = timedelta(days=14)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def calendar(request: HttpRequest) -> HttpResponse:
    """Visits of all engineers or one; closed days say why."""
    now = today(request)
    form = CalendarForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    view = asked.get("view") or "week"
    day: date = asked.get("day") or now
    engineer: Person | None = asked.get("engineer")
    days = calendar_days(view, day, today=now, engineer=engineer)
    before, after = neighbours(view, day)
    context: dict[str, Any] = {
        "form": CalendarForm(initial={"view": view, "day": day, "engineer": engineer}),
        "view": view,
        "day": day,
        "days": days,
        "columns": min(len(days), 7) if view == "week" else _columns(days),
        "is_empty": not any(one.visits for one in days),
        "before": _address(view, before, engineer),
        "after": _address(view, after, engineer),
        "now": _address(view, now, engineer),
        "of_day": _address("day", None, engineer),
        "tabs": [
            {"label": label, "url": _address(name, day, engineer), "current": name == view}
            for name, label in zip(VIEWS, (_("Day"), _("Week"), _("Month")), strict=True)
        ],
        "most": IN_A_CELL if view == "month" else None,
        "missed": list(visits_to_reschedule()[:10]),
    }
    return render(request, "visits/desk/calendar.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def today_page(request: HttpRequest) -> HttpResponse:
    """The engineer's own day, for a phone: where to go, what waits there, arrive and leave."""
    tenant: Any = request
    now = today(request)
    rows = visits_with_names().filter(engineer=tenant.person)
    # A visit that was not finished yesterday stays here until it is.
    unfinished = Q(state=VisitState.ON_SITE) | Q(state=VisitState.BOOKED, day__gte=now - BEFORE)
    mine = list(rows.filter(Q(day=now) | (unfinished & Q(day__lt=now))).exclude(state=VisitState.CANCELLED))
    following = rows.filter(day__gt=now, state=VisitState.BOOKED).first()
    return render(
        request,
        "visits/desk/today.html",
        {"lines": _today_lines(mine, now), "day": now, "following": following},
    )


def _today_lines(visits: Iterable[Visit], now: date) -> list[dict[str, Any]]:
    visits = list(visits)
    panels = visit_panels({visit.customer_id for visit in visits}) if visits else {}
    subjects = visit_subjects([visit.pk for visit in visits])
    return [
        {
            "visit": visit,
            "is_late": visit.day < now,
            "may_arrive": visit.state == VisitState.BOOKED and visit.day == now,
            "panels": panels[visit.customer_id],
            "subjects": subjects[visit.pk],
            "arrive": ArriveForm(initial={"sequence": visit.sequence}, prefix=None),
            "depart": DepartForm(initial={"sequence": visit.sequence}, auto_id=f"id_{visit.pk}_%s")
            if visit.state == VisitState.ON_SITE
            else None,
        }
        for visit in visits
    ]


def _columns(days: list[Any]) -> int:
    return len({one.day.weekday() for one in days}) or 1


def _address(view: str, day: date | None, engineer: Person | None) -> str:
    asked: dict[str, Any] = {"view": view}
    if engineer is not None:
        asked["engineer"] = engineer.pk
    if day is not None:
        asked["day"] = day.isoformat()
    return f"?{urlencode(asked)}"
