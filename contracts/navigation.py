"""The menu entries of desk and portal that belong to contracts."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(Door.DESK, _("Contracts"), "desk_contracts:due", "file-text", 75, Permission.SEE_CONTRACTS)
)
navigation_add(NavItem(Door.PORTAL, _("Changes"), "portal_contracts:changes", "wrench", 87))
navigation_add(NavItem(Door.PORTAL, _("Contract"), "portal_contracts:list", "file-text", 85))
