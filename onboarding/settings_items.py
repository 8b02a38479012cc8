"""This app's entry in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.CUSTOMERS,
        _("Moving in"),
        "settings:moving_in",
        "import",
        90,
        Permission.MANAGE_CONTRACTS,
        _("Schools, people, contracts and term dates from a spreadsheet, and back into one."),
    )
)
