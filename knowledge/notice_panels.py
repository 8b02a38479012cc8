"""Where service notices show on pages of lower apps: a school's first page, beside a new request, beside a ticket."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.panels import HOME_PANELS, Content, Panel
from accounts.permissions import Permission
from accounts.tenancy.access import Door
from knowledge.models import NoticeKind
from knowledge.notices import notices_beside, notices_current, notices_for_person
from sla.times import local_day
from tickets.asking_panels import ASKING_PANELS
from tickets.models import Ticket
from tickets.side_panels import SIDE_PANELS

SHOWN, OFFERED = 5, 50


def home_panel(request: HttpRequest) -> Content | None:
    """What holds for the person's schools now or is planned."""
    tenant: Any = request
    found = list(notices_for_person(_today(request), tenant.person)[:SHOWN])
    return {"notices": found} if found else None


def portal_asking_panel(request: HttpRequest) -> Content | None:
    """Known problems of the person's schools, before they tell us once more."""
    tenant: Any = request
    rows = notices_for_person(_today(request), tenant.person).filter(kind=NoticeKind.PROBLEM)
    found = list(rows[:SHOWN])
    return {"notices": found} if found else None


def desk_asking_panel(request: HttpRequest) -> Content | None:
    """The same while a call is logged, of all schools."""
    found = list(notices_current(_today(request)).filter(kind=NoticeKind.PROBLEM)[:SHOWN])
    return {"notices": found, "for_staff": True} if found else None


def ticket_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """What the ticket is linked to, and what it may be linked to; nothing is offered for a confidential one."""
    rows: list[Any] = list(notices_beside(ticket, _today(request))[:OFFERED])
    linked = [one for one in rows if one.is_linked]
    others = [] if ticket.is_confidential else [one for one in rows if one not in linked]
    if not (linked or others):
        return None
    return {"linked": linked, "others": others, "ticket": ticket}


def _today(request: HttpRequest) -> date:
    tenant: Any = request
    return local_day(timezone.now(), tenant.provider.time_zone)


navigation_add(
    NavItem(Door.DESK, _("Service notices"), "notices:list", "triangle-alert", 49, Permission.WORK_TICKETS)
)
navigation_add(NavItem(Door.PORTAL, _("Service notices"), "portal_notices:list", "triangle-alert", 33))
HOME_PANELS.add(Panel(Door.PORTAL, 1, "knowledge/panels/home_notices.html", home_panel))
ASKING_PANELS.add(Panel(Door.PORTAL, 5, "knowledge/panels/asking_notices.html", portal_asking_panel))
ASKING_PANELS.add(Panel(Door.DESK, 5, "knowledge/panels/asking_notices.html", desk_asking_panel))
SIDE_PANELS.add(Panel(Door.DESK, 6, "knowledge/panels/notices_beside.html", ticket_panel))
