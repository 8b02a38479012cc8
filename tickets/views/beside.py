"""What other parts have to say of a ticket: fetched by its page, which so stays quick. Without script it is a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import Door, desk_view
from contracts.reported_changes import days_that_are_recent
from tickets.linking import has_links
from tickets.merging import has_merged_here
from tickets.models import ReadingWay, Ticket
from tickets.selectors import others_of_school, was_worked_on
from tickets.services.readings import reading_record
from tickets.side_panels import SIDE_PANELS
from tickets.third_party import was_passed_on
from tickets.views.walking import walk_of


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_beside(request: HttpRequest, number: int) -> HttpResponse:
    """The panels beside a ticket and the other tickets of its school."""
    tenant: Any = request
    # What most tickets have none of, and a number, are asked along with the ticket, so that their panels need not ask.
    rows = Ticket.objects.annotate(
        merges_here=has_merged_here(),
        is_linked=has_links(),
        was_passed_on=was_passed_on(),
        was_worked_on=was_worked_on(),
        recent_days=days_that_are_recent(),
    )
    ticket = get_object_or_404(rows.select_related("customer", "fix_clock"), number=number)
    reading_record(ticket=ticket, person_id=tenant.person.pk, way=ReadingWay.PAGE)
    context = {
        "ticket": ticket,
        "path": ticket.desk_path(tenant.provider.slug),
        "came_from": walk_of(request) or "",
        "panels": SIDE_PANELS.drawn(request, Door.DESK, ticket),
        "others": others_of_school(ticket),
    }
    template = "tickets/desk/_beside.html" if tenant.htmx else "tickets/desk/beside.html"
    return render(request, template, context)
