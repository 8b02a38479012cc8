"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("API tokens"),
        "settings:tokens",
        "key-round",
        50,
        Permission.MANAGE_PROVIDER,
        _("Let other programs read and write, for you or for one school."),
    )
)
