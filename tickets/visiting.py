"""What tickets tell an engineer who visits a school, and where a school asks for a visit."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from accounts.tenancy.memory import current_provider
from contracts.models import ClauseTopic
from tickets.models import OPEN_STATES, Category, Ticket, TicketVisit
from tickets.references import ticket_reference
from visits.panels import (
    Content,
    VisitPanel,
    VisitSubject,
    visit_panel_add,
    visit_requests_at,
    visit_subjects_from,
)

SHOWN = 8


def _open_tickets(customer_ids: Collection[int]) -> Mapping[int, Content]:
    """The open tickets of each school, the most pressing first."""
    rows = Ticket.objects.filter(customer_id__in=customer_ids, state__in=OPEN_STATES).select_related("level")
    found: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in rows.order_by("next_due_at", "id"):
        found[ticket.customer_id].append(ticket)
    return {
        key: {"tickets": found[key][:SHOWN], "more": max(0, len(found[key]) - SHOWN), "customer": key}
        for key in customer_ids
    }


def _ask_for_visit(provider_slug: str, customer_slug: str) -> str:
    asked = {"school": customer_slug}
    topic = Category.objects.filter(topic=ClauseTopic.ON_DEMAND_VISITS, is_active=True).first()
    if topic is not None:
        asked["category"] = topic.key
    return f"{reverse('portal:new', args=[provider_slug])}?{urlencode(asked)}"


def _tickets_of(visit_ids: Collection[int]) -> Mapping[int, list[VisitSubject]]:
    """The tickets that visits are for."""
    links = TicketVisit.objects.filter(visit__in=visit_ids).select_related("ticket")
    provider = current_provider()
    found: dict[int, list[VisitSubject]] = defaultdict(list)
    for link in links:
        words = f"{ticket_reference(provider, link.ticket.number)} {link.ticket.subject}"
        found[link.visit_id].append(VisitSubject(words, link.ticket.desk_path(provider.slug)))
    return found


visit_panel_add(VisitPanel(10, "tickets/desk/_visit_panel.html", _open_tickets))
visit_subjects_from(_tickets_of)
visit_requests_at(_ask_for_visit)
