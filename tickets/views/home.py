"""A technician's first page: what is theirs and due next, call-backs, what nobody owns, what must be said."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.panels import HOME_PANELS
from accounts.permissions import Permission
from accounts.tenancy.access import Door, desk_view
from delivery.models import Notification
from sla.models import ClockState
from tickets.models import CallBack, Explanation
from tickets.queue import VIEWS, Filters, fixed_views, queue_page, view_counts
from tickets.views.queue import queue_rows
from tickets.walking import Walk

OWN_ROWS = 10


@require_safe
@desk_view(Permission.WORK_TICKETS)
def home(request: HttpRequest) -> HttpResponse:
    """Mine and due next."""
    tenant: Any = request
    now = timezone.now()
    mine = queue_page(VIEWS["mine"], Filters(), tenant.person, now)
    counts = view_counts(fixed_views(Filters()), tenant.person, now)
    context = {
        "rows": queue_rows(mine.rows[:OWN_ROWS], tenant.provider, now, Walk(VIEWS["mine"], {})),
        "counts": {key: split.shown for key, split in counts.items()},
        "call_backs": CallBack.objects.filter(done_at__isnull=True, technician=tenant.person).select_related(
            "ticket", "person"
        )[:OWN_ROWS],
        "explanations": Explanation.objects.filter(
            message__isnull=True,
            dismissed_at__isnull=True,
            ticket__assignee=tenant.person,
            clock__state__in=[ClockState.RUNNING, ClockState.PAUSED],
        ).select_related("ticket__customer", "clock")[:OWN_ROWS],
        "notifications": Notification.objects.filter(person=tenant.person, read_at__isnull=True)[:OWN_ROWS],
        "panels": HOME_PANELS.drawn(request, Door.DESK),
        "now": now,
    }
    return render(request, "tickets/desk/home.html", context)
