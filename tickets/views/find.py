"""Finding pages, tickets, people and schools: as options for the palette, and as a page without script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from tickets.palette import found

LONGEST = 100  # letters of what is looked for


@require_safe
@desk_view(Permission.WORK_TICKETS)
def find(request: HttpRequest) -> HttpResponse:
    """What fits `?q=`. The palette gets the options alone, without what every page reads for its menu."""
    tenant: Any = request
    words = request.GET.get("q", "").strip()[:LONGEST]
    groups = found(request, tenant.provider, tenant.person, words)
    if tenant.htmx:
        return HttpResponse(render_to_string("tickets/desk/_found.html", {"groups": groups}))
    return render(request, "tickets/desk/find.html", {"groups": groups, "words": words})
