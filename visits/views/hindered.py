"""Visits that cannot take place as they are booked: a list to work down, and a file."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from accounts.views.paging import page_of
from visits.forms.visits import HinderedForm
from visits.hindered import Hindered, visits_hindered


@require_safe
@desk_view(Permission.WORK_TICKETS)
def hindered(request: HttpRequest) -> HttpResponse:
    """What stands in the way of each, with the way to another day, time or engineer."""
    context = {
        "form": HinderedForm(request.GET),
        "page": page_of(request, _wanted(request)),
        "clear_url": "?" if request.GET else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "visits/desk/hindered.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def hindered_csv(request: HttpRequest) -> HttpResponse:
    """The same visits as a file."""
    heads = [_("School"), _("Starts"), _("Ends"), _("Engineer"), _("What stands in the way")]
    content = csv_text(heads, map(_cells, _wanted(request)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visits-in-doubt.csv"'
    return response


def _cells(one: Hindered) -> list[object]:
    visit = one.visit
    times = (timezone.localtime(at).isoformat(timespec="minutes") for at in (visit.starts_at, visit.ends_at))
    return [visit.customer.name, *times, visit.engineer.name, one.words]


def _wanted(request: HttpRequest) -> list[Hindered]:
    form = HinderedForm(request.GET)
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    where = Q(customer=chosen["school"]) if chosen.get("school") else None
    found = visits_hindered(where, now=timezone.now())
    cause = chosen.get("cause")
    return [one for one in found if cause in one.reasons] if cause else found
