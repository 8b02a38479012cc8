"""The menu entries of desk and portal that belong to chat."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(
        Door.DESK, _("Chat"), "desk_chat:list", "messages-square", 35, Permission.WORK_TICKETS, keys="g c"
    )
)
navigation_add(NavItem(Door.PORTAL, _("Chat"), "portal_chat:start", "messages-square", 35))
