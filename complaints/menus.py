"""The menu entries, settings and panels of complaints."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.navigation import NavItem, navigation_add
from accounts.panels import Content, Panel
from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add
from accounts.tenancy.access import Door
from complaints.selectors import complained_about, complaint_reference, complaints_readable
from contracts.customer_panels import CUSTOMER_PANELS
from tickets.models import Ticket
from tickets.side_panels import SIDE_PANELS
from tickets.tags import Tag, tag_add

SHOWN = 5


def complaints_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """The complaints about a ticket that the reader may see, and a way to make or record one."""
    tenant: Any = request
    rows = complaints_readable(tenant.person).filter(ticket=ticket)
    found = [{"complaint": one, "reference": complaint_reference(tenant.provider, one)} for one in rows]
    return {"rows": found, "ticket": ticket}


def customer_panel(request: HttpRequest, customer: Customer) -> Content:
    """The newest complaints of a school that the reader may see."""
    tenant: Any = request
    rows = complaints_readable(tenant.person).filter(customer=customer)[:SHOWN]
    return {
        "rows": [{"complaint": one, "reference": complaint_reference(tenant.provider, one)} for one in rows]
    }


navigation_add(
    NavItem(Door.DESK, _("Complaints"), "complaints:list", "megaphone", 47, Permission.HANDLE_COMPLAINTS)
)
navigation_add(NavItem(Door.PORTAL, _("Complaints"), "portal_complaints:list", "megaphone", 90))
settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Complaints"),
        "settings:complaints",
        "megaphone",
        29,
        Permission.MANAGE_PROVIDER,
        _("By when the school is promised an answer to a complaint."),
    )
)
tag_add(Tag("complaint", _("Complaint"), complained_about))
CUSTOMER_PANELS.add(Panel(Door.DESK, 10, "complaints/panels/customer.html", customer_panel))
SIDE_PANELS.add(Panel(Door.DESK, 20, "complaints/panels/desk.html", complaints_panel))
SIDE_PANELS.add(Panel(Door.PORTAL, 20, "complaints/panels/portal.html", complaints_panel))
