"""The menu entries of desk and portal that belong to reports."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(Door.DESK, _("Reports"), "reports:list", "file-chart-column", 80, Permission.SEE_REPORTS)
)
navigation_add(NavItem(Door.PORTAL, _("Reports"), "portal_reports:list", "file-chart-column", 80))
