"""The menu entries and panels of articles."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.panels import Content, Panel
from accounts.permissions import Permission
from accounts.tenancy.access import Door
from accounts.views.asking import slug_of
from knowledge.beside import articles_panel
from knowledge.presentation import suggested
from tickets.asking_panels import ASKING_PANELS
from tickets.side_panels import SIDE_PANELS


def portal_asking_panel(request: HttpRequest) -> Content:
    """Articles that fit what was typed, fetched while somebody types."""
    url = reverse("portal_knowledge:suggest", args=[slug_of(request)])
    return {"url": url, "found": suggested(request.POST)}


def desk_asking_panel(request: HttpRequest) -> Content:
    """The same while a call is logged."""
    url = reverse("knowledge:suggest", args=[slug_of(request)])
    return {"url": url, "found": suggested(request.POST), "for_staff": True}


navigation_add(
    NavItem(Door.DESK, _("Articles"), "knowledge:list", "book-open", 48, Permission.WORK_TICKETS, keys="g a")
)
navigation_add(NavItem(Door.PORTAL, _("Find an answer"), "portal_knowledge:find", "book-open", 32))
ASKING_PANELS.add(Panel(Door.PORTAL, 10, "knowledge/panels/asking.html", portal_asking_panel))
ASKING_PANELS.add(Panel(Door.DESK, 10, "knowledge/panels/asking.html", desk_asking_panel))
SIDE_PANELS.add(Panel(Door.DESK, 5, "knowledge/panels/beside.html", articles_panel))
