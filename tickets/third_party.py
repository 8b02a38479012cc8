"""Tickets with third parties, as lists and tags show them (Rule E3)."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.panels import Content, Panel
from accounts.tenancy.access import Door
from tickets.models import Referral, Supplier, Ticket
from tickets.side_panels import SIDE_PANELS
from tickets.tags import Tag, tag_add


def referrals_open(*, supplier: Supplier | None, owner: Person | None) -> QuerySet[Referral]:
    """What is with third parties, the next chase first; what nobody is to chase stands last."""
    rows = Referral.objects.filter(ended_at__isnull=True)
    if supplier is not None:
        rows = rows.filter(supplier=supplier)
    if owner is not None:
        rows = rows.filter(ticket__assignee=owner)
    related = ("supplier", "ticket__customer", "ticket__assignee")
    return rows.select_related(*related).order_by(F("chase_at").asc(nulls_last=True), "id")


def with_somebody() -> Exists:
    """Whether the ticket of the outer query is with a third party."""
    return Exists(Referral.objects.filter(ticket=OuterRef("pk"), ended_at__isnull=True))


def was_passed_on() -> Exists:
    """Whether the ticket of the outer query is or ever was with a third party."""
    return Exists(Referral.objects.filter(ticket=OuterRef("pk")))


def third_party_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """Who has or had the ticket; nothing where nobody ever had."""
    if not vars(ticket).get("was_passed_on", True):  # asked along with the ticket
        return None
    rows = list(Referral.objects.filter(ticket=ticket).select_related("supplier"))
    if not rows:
        return None
    tenant: Any = request
    return {
        "referrals": rows,
        "any_open": any(one.ended_at is None for one in rows),
        "path": ticket.desk_path(tenant.provider.slug),
        "now": timezone.now(),
    }


tag_add(Tag("third_party", _("Third party"), with_somebody))
SIDE_PANELS.add(Panel(Door.DESK, 10, "tickets/desk/_referrals.html", third_party_panel))
