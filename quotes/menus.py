"""The menu entries of quotes."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(Door.DESK, _("Quotes"), "quotes:list", "receipt-pound-sterling", 76, Permission.SEE_CONTRACTS)
)
navigation_add(NavItem(Door.PORTAL, _("Quotes"), "portal_quotes:list", "receipt-pound-sterling", 45))
