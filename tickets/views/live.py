"""What open pages ask for when they hear that something is new: who is on a ticket, and what came in since."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from delivery.live.keys import live_address
from tickets.between import came_between, news_of, seen_read
from tickets.live import ticket_topic
from tickets.models import Ticket
from tickets.presence import presence_end, presence_of, presence_sign, tickets_with_signs
from tickets.views.walking import ticket_address

JUST_NOW = timedelta(minutes=1)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_news(request: HttpRequest, number: int) -> HttpResponse:
    """This page is here (`replying`: somebody has just typed in it): who else is, and what came in since `seen`.

    With `gone` it is here no longer.
    """
    tenant: Any = request
    ticket = get_object_or_404(Ticket, number=number)
    page = page_key(request.POST.get("page", ""))
    if "gone" in request.POST:
        presence_end(ticket=ticket, person=tenant.person, page=page)
        return HttpResponse(status=204)
    presence_sign(ticket=ticket, person=tenant.person, page=page, is_replying="replying" in request.POST)
    seen = seen_read(request.POST.get("seen", ""))
    news = news_of(came_between(ticket, seen, tenant.person.pk)) if seen else None
    context = {
        **ticket_live(request, ticket, page),
        "news": news,
        "address": ticket_address(request, ticket),
        "just_now": news and news.at and timezone.now() - news.at < JUST_NOW,
    }
    return render(request, "tickets/desk/_ticket_news.html", context)


def ticket_live(request: HttpRequest, ticket: Ticket, page: UUID) -> dict[str, Any]:
    """Who else is on a ticket that this page shows, and where it listens for more."""
    tenant: Any = request
    return {
        "page": page,
        "present": presence_of([ticket], tenant.person).get(ticket.pk),
        "live": live_address([ticket_topic(ticket.pk)]),
    }


@require_safe
@desk_view(Permission.WORK_TICKETS)
def queue_presence(request: HttpRequest) -> HttpResponse:
    """On which of the tickets that the reader may see somebody is: a sign for each, for the rows of an open queue."""
    tenant: Any = request
    tickets = Ticket.objects.filter(pk__in=tickets_with_signs())
    found = presence_of(tickets, tenant.person)
    signs = {
        key: render_to_string("tickets/desk/_presence_sign.html", {"present": one})
        for key, one in found.items()
    }
    return JsonResponse({"signs": signs})


def page_key(text: str) -> UUID:
    """The key of a drawn page, by which its signs are told from those of another window; a new one for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
