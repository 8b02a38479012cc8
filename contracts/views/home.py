"""The first page of the settings: what needs attention, and every page in its group."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_groups, settings_page
from accounts.tenancy.access import desk_view
from contracts.selectors import renewals_due
from contracts.views.customers import today
from sla.selectors import shutdown_missing


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def settings_home(request: HttpRequest) -> HttpResponse:
    """Every page that the person may use, with a word of what it is for."""
    tenant: Any = request
    day = today(request)
    context = {
        "groups": settings_groups(request),
        "shutdown_missing": shutdown_missing(tenant.provider, day),
        "renewals": renewals_due(today=day).count(),
    }
    return settings_page(request, "contracts/settings/home.html", context)
