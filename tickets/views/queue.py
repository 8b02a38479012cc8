"""The queue of open tickets."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from tickets.clock_faces import face_of
from tickets.forms.desk import QueueFilterForm
from tickets.models import Ticket
from tickets.queue import (
    COUNT_LIMIT,
    DEFAULT_VIEW,
    VIEWS,
    Filters,
    Page,
    View,
    queue_page,
    view_counts,
    words_filter,
)
from tickets.references import ticket_reference


@require_safe
@desk_view(Permission.WORK_TICKETS)
def queue(request: HttpRequest) -> HttpResponse:
    """Open tickets, missed first, then by the next deadline."""
    tenant: Any = request
    view = VIEWS.get(request.GET.get("view", DEFAULT_VIEW), VIEWS[DEFAULT_VIEW])
    form = QueueFilterForm(request.GET)
    filters = _filters(form)
    now = timezone.now()
    page = queue_page(
        view,
        filters,
        tenant.person,
        now,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "view": view,
        "form": form,
        "clear_url": f"?view={view.key}" if filters != Filters() else "",
        "views": _view_entries(request, view, view_counts(filters, tenant.person, now)),
        "rows": queue_rows(page.rows, tenant.provider, now),
        "now": now,
        **_links(request, page),
    }
    return render(request, "tickets/desk/queue.html", context)


def queue_rows(tickets: list[Ticket], provider: Any, now: Any) -> list[dict[str, Any]]:
    """Tickets with their references and the faces of their clocks, ready for the table."""
    return [
        {
            "ticket": one,
            "reference": ticket_reference(provider, one.number),
            "path": one.desk_path(provider.slug),
            "response": face_of(one.response_clock, now),
            "fix": face_of(one.fix_clock, now),
        }
        for one in tickets
    ]


def _filters(form: QueueFilterForm) -> Filters:
    if not form.is_valid():
        return Filters()
    chosen = form.cleaned_data
    return Filters(
        customer_id=chosen["customer"].pk if chosen["customer"] else None,
        level_id=chosen["level"].pk if chosen["level"] else None,
        team_id=chosen["team"].pk if chosen["team"] else None,
        **words_filter(chosen["q"].strip()),
    )


def _view_entries(request: HttpRequest, current: View, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": view.label,
            "icon": view.icon,
            "url": "?" + urlencode({**_kept(request), "view": view.key}),
            "current": view is current,
            "count": f"{COUNT_LIMIT}+" if counts[view.key] >= COUNT_LIMIT else counts[view.key],
        }
        for view in VIEWS.values()
    ]


def _kept(request: HttpRequest) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in request.GET.dict().items()
        if name not in {"view", "after", "before"} and value
    }


def _links(request: HttpRequest, page: Page) -> dict[str, str]:
    base = {**_kept(request), "view": request.GET.get("view", DEFAULT_VIEW)}
    return {
        "older": "?" + urlencode({**base, "after": page.older}) if page.older else "",
        "newer": "?" + urlencode({**base, "before": page.newer}) if page.newer else "",
    }
