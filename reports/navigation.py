"""The menu entries of desk and portal that belong to reports."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.own_schools import has_many_schools
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(Door.DESK, _("Reports"), "reports:list", "file-chart-column", 80, Permission.SEE_REPORTS)
)
navigation_add(
    NavItem(Door.PORTAL, _("All my schools"), "portal_schools:list", "school", 15, shown=has_many_schools)
)
navigation_add(NavItem(Door.PORTAL, _("Reports"), "portal_reports:list", "file-chart-column", 80))
