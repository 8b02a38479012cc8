"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

for item in (
    SettingsItem(
        SettingsGroup.PEOPLE,
        _("Engineers"),
        "settings:engineers",
        "hard-hat",
        25,
        Permission.WORK_TICKETS,
        _("Who goes to schools, their hours, and when they are away."),
    ),
    SettingsItem(
        SettingsGroup.CUSTOMERS,
        _("Term dates"),
        "settings:term_schools",
        "graduation-cap",
        15,
        Permission.WORK_TICKETS,
        _("When each school teaches; visits are planned in term first."),
    ),
):
    settings_add(item)
