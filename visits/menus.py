"""The menu entries of calendar, portal and fair use."""

from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add
from accounts.tenancy.access import Door

WORK = Permission.WORK_TICKETS

navigation_add(NavItem(Door.DESK, _("Today"), "visits:today", "map-pin", 68, WORK))
navigation_add(NavItem(Door.DESK, _("Visits"), "visits:calendar", "calendar-days", 70, WORK, keys="g v"))
navigation_add(NavItem(Door.PORTAL, _("Visits"), "portal_visits:list", "calendar-days", 40))
settings_add(
    SettingsItem(
        SettingsGroup.AGREEMENT,
        _("Allowances and fair use"),
        "settings:allowances",
        "gauge",
        15,
        Permission.SEE_CONTRACTS,
        _("How each package counts visits and remote sessions, and when you are told."),
    )
)
