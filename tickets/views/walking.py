"""The view of the queue through which somebody came to a ticket: kept in addresses and forms, shown on its page."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tickets.models import Ticket
from tickets.walking import Step, Walk, steps_from, walk_name, walk_read


def walk_of(request: HttpRequest) -> Walk | None:
    """The walk that a form or an address carries."""
    return walk_read(request.POST.get("from") or request.GET.get("from", ""))


def walked(path: str, walk: Walk | None) -> str:
    """The address with the walk in it, where there is one."""
    return f"{path}?{urlencode({'from': walk})}" if walk else path


def ticket_address(request: HttpRequest, ticket: Ticket) -> str:
    """The ticket's page, in the view through which this request came."""
    return walked(ticket.desk_path(_slug(request)), walk_of(request))


def queue_address(request: HttpRequest, walk: Walk | None) -> str:
    """The queue in a view; without one, the queue."""
    path = reverse("desk:queue", args=[_slug(request)])
    return f"{path}?{walk.query}" if walk else path


def walk_shown(request: HttpRequest, ticket: Ticket, now: datetime) -> dict[str, Any] | None:
    """Back to the view, and the tickets beside this one in it; nothing for who came another way."""
    walk = walk_of(request)
    if walk is None:
        return None
    tenant: Any = request
    before, behind = steps_from(walk, ticket, tenant.person, now)
    return {
        "name": walk_name(walk, tenant.person),
        "back_url": queue_address(request, walk),
        "previous_url": _step_url(request, before),
        "next_url": _step_url(request, behind),
    }


def _step_url(request: HttpRequest, step: Step | None) -> str:
    if step is None:
        return ""
    return walked(reverse("desk:ticket", args=[_slug(request), step.number]), step.walk)


def _slug(request: HttpRequest) -> str:
    tenant: Any = request
    return str(tenant.provider.slug)
