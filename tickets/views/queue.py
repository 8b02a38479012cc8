"""The queue of open tickets."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keys import key_in
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from delivery.live.keys import live_address
from tickets.between import Seen
from tickets.clock_faces import face_of
from tickets.forms.bulk import choice_of
from tickets.forms.queue import QueueFilterForm
from tickets.live import queue_topic
from tickets.models import Audience, SavedView, Ticket
from tickets.paging import Page, key_of
from tickets.presence import Present, presence_of
from tickets.queue import (
    DEFAULT_VIEW,
    VIEWS,
    Filters,
    View,
    fixed_views,
    queue_page,
    view_counts,
)
from tickets.references import ticket_reference
from tickets.saved_views import saved_query, saved_views_of, shown_by
from tickets.tags import tags_of
from tickets.views.bulk import bulk_shown
from tickets.views.walking import walked
from tickets.walking import Walk, walk_in


@require_safe
@desk_view(Permission.WORK_TICKETS)
def queue(request: HttpRequest) -> HttpResponse:
    """Open tickets, missed first, then by the next deadline."""
    tenant: Any = request
    kept = list(saved_views_of(tenant.person))
    saved = next((one for one in kept if str(one.pk) == request.GET.get("saved")), None)
    view = VIEWS.get(request.GET.get("view", DEFAULT_VIEW), VIEWS[DEFAULT_VIEW])
    form = QueueFilterForm(request.GET)
    filters = form.filters()
    now = timezone.now()
    walk = walk_in({**request.GET.dict(), "view": view.key})
    page = queue_page(
        view,
        filters,
        tenant.person,
        now,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    counted = {
        **fixed_views(Filters() if saved else filters),
        **{_key_of(one): shown_by(one) for one in kept},
    }
    counts = view_counts(counted, tenant.person, now)
    entries = [*_fixed_entries(request, view, saved), *_saved_entries(kept, saved)]
    context = {
        "view": view,
        "saved": saved,
        "may_change": saved is not None and _may_change(request, saved),
        "heading": saved.name if saved else view.label,
        "form": form,
        "clear_url": f"?view={view.key}" if filters != Filters() else "",
        "narrowed": urlencode({**_kept(request), "view": view.key}),
        "removed": key_in(request.GET.get("removed")),
        "views": [{**one, "split": counts[one["key"]]} for one in entries],
        "rows": queue_rows(page.rows, tenant.provider, now, walk, presence_of(page.rows, tenant.person)),
        "live": live_address([queue_topic(tenant.provider.pk)]),
        "walk": walk,
        "owners": form.owners(),
        "once": uuid4(),
        "bulk": bulk_shown(request, walk),
        "now": now,
        **_links(request, page),
    }
    # The page itself asks for what has changed in it (`static/js/queue.js`).
    template = "tickets/desk/_queue_news.html" if tenant.htmx else "tickets/desk/queue.html"
    return render(request, template, context)


def queue_rows(
    tickets: list[Ticket],
    provider: Any,
    now: datetime,
    walk: Walk | None = None,
    present: Mapping[int, Present] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Tickets of `queue_page` with their references, tags and the faces of their clocks, ready for the table.

    Their links carry the walk, each at its place. `state` changes with anything that a row shows but the time.
    """
    return [
        {
            "ticket": one,
            "tags": tags_of(one),
            "state": _state_of(one, now),
            "present": present.get(one.pk),
            "choice": choice_of(
                one.pk, Seen(getattr(one, "newest_message", None) or 0, one.assignee_id or 0)
            ),
            "reference": ticket_reference(provider, one.number),
            "path": walked(one.desk_path(provider.slug), walk and walk.to(key_of(walk.view.order, one))),
            "response": face_of(one.response_clock, now),
            "fix": face_of(one.fix_clock, now),
        }
        for one in tickets
    ]


def _state_of(ticket: Ticket, now: datetime) -> str:
    due, warn = ticket.next_due_at, ticket.next_warn_at
    urgency = "missed" if due and due < now else "soon" if warn and warn <= now else "fine"
    newest = getattr(ticket, "newest_message", None)
    tags = "-".join(tag.kind for tag in tags_of(ticket))
    at = int(due.timestamp()) if due else 0
    return f"{ticket.version}.{newest}.{ticket.coverage_id}.{at}.{urgency}.{tags}"


def _fixed_entries(request: HttpRequest, current: View, saved: SavedView | None) -> list[dict[str, Any]]:
    """The tabs of the fixed views. They keep the filters, but not those of a saved view."""
    filters = {} if saved else _kept(request)
    return [
        {
            "key": view.key,
            "label": view.label,
            "icon": view.icon,
            "url": "?" + urlencode({**filters, "view": view.key}),
            "current": saved is None and view is current,
        }
        for view in VIEWS.values()
    ]


def _key_of(saved: SavedView) -> str:
    return f"saved-{saved.pk}"


def _saved_entries(kept: list[SavedView], saved: SavedView | None) -> list[dict[str, Any]]:
    return [
        {
            "key": _key_of(one),
            "label": one.name,
            "icon": one.icon,
            "url": "?" + saved_query(one),
            "current": one is saved,
        }
        for one in kept
    ]


def _may_change(request: HttpRequest, saved: SavedView) -> bool:
    """Of the views that the person sees, all but the shared ones are theirs or their team's."""
    return saved.audience != Audience.SHARED or may(request, Permission.SHARE_VIEWS)


def _kept(request: HttpRequest) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in request.GET.dict().items()
        if name not in {"view", "after", "before", "saved", "removed", "bulk"} and value
    }


def _links(request: HttpRequest, page: Page) -> dict[str, str]:
    base = {**_kept(request), "view": request.GET.get("view", DEFAULT_VIEW)}
    if request.GET.get("saved"):
        base["saved"] = request.GET["saved"]
    return {
        "older": "?" + urlencode({**base, "after": page.older}) if page.older else "",
        "newer": "?" + urlencode({**base, "before": page.newer}) if page.newer else "",
    }
