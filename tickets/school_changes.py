"""What was changed at a ticket's school lately, beside the ticket (Rule E5)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import Content, Panel
from accounts.tenancy.access import Door
from contracts.reported_changes import recent_changes, recent_days
from sla.times import local_day
from tickets.models import Ticket
from tickets.side_panels import SIDE_PANELS

SHOWN = 5


def changes_panel(request: HttpRequest, ticket: Ticket) -> Content:
    """The newest of them, and how far back they go."""
    tenant: Any = request
    today = local_day(timezone.now(), tenant.provider.time_zone)
    days = vars(ticket).get("recent_days") or recent_days()  # asked along with the ticket
    return {
        "changes": recent_changes(ticket.customer_id, today, days)[:SHOWN],
        "days": days,
        "school": ticket.customer.slug,
    }


SIDE_PANELS.add(Panel(Door.DESK, 30, "tickets/desk/_changes.html", changes_panel))
