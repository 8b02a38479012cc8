"""The page for what was written against an older state: what came in between, and everything that was typed."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tickets.between import Between, came_between, seen_of, seen_read
from tickets.models import Ticket
from tickets.references import ticket_reference
from tickets.views.actions import ACTIONS
from tickets.views.walking import ticket_address, walk_of

# What can no longer be done this way, and what can be done with the same words instead.
INSTEAD = {"fix": "reply"}


def stopped_page(request: HttpRequest, ticket: Ticket, form: Form, key: str) -> HttpResponse:
    """Nothing is done yet: send anyway, change the words, or discard them. Answers 409."""
    tenant: Any = request
    seen = seen_read(request.POST.get("seen", ""))
    fits = ACTIONS[key].fits(ticket)
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(tenant.provider.slug),
        "back_url": ticket_address(request, ticket),
        "came_from": walk_of(request) or "",
        "between": came_between(ticket, seen, tenant.person.pk) if seen else Between(),
        "seen": seen_of(ticket, ticket.messages.all()),
        "form": form,
        "key": key if fits else INSTEAD.get(key, ""),
        "fits": fits,
        "then": request.POST.get("then", ""),
        "is_answer": key in {"reply", "fix", "explain", "macro"},
        "had_files": bool(request.FILES),
    }
    return render(request, "tickets/desk/stopped.html", context, status=409)
