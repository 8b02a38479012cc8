"""The menu entries of the desk that belong to visits."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.tenancy.access import Door

navigation_add(
    NavItem(Door.DESK, _("Plan visits"), "planning:list", "calendar-range", 72, Permission.WORK_TICKETS)
)
