"""Who could go to a ticket's school on a day: beside the form that books a visit, and a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from contracts.views.customers import today
from sla.times import local_day
from tickets.models import Ticket
from tickets.references import ticket_reference
from visits.free_places import free_places
from visits.models import VisitKind
from visits.views.visit import day_in


@require_safe
@desk_view(Permission.WORK_TICKETS)
def visit_times(request: HttpRequest, number: int) -> HttpResponse:
    """Free slots (`?kind=scheduled`) or free times on `?day=`."""
    tenant: Any = request
    rows = Ticket.objects.select_related("contract__package", "contract__customer", "fix_clock")
    ticket = get_object_or_404(rows, number=number)
    path = ticket.desk_path(tenant.provider.slug)
    if ticket.contract is None:
        return redirect(path)
    kind = request.GET.get("kind", "")
    places = free_places(
        ticket.contract,
        kind if kind in VisitKind.values else VisitKind.ON_DEMAND,
        day_in(request, today(request)),
    )
    clock = ticket.fix_clock
    due = clock.due_at if clock is not None and clock.is_open else None
    context = {
        "ticket": ticket,
        "path": path,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "places": places,
        "fix_due_at": due,
        "is_late": due is not None and places.day > local_day(due, tenant.provider.time_zone),
    }
    template = "_visit_times.html" if request.htmx else "visit_times.html"  # type: ignore[attr-defined]
    return render(request, f"tickets/desk/{template}", context)
