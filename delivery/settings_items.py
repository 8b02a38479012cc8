"""This app's entry in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Mail on its way"),
        "settings:outbox",
        "send",
        30,
        Permission.MANAGE_MAIL,
        _("What waits, what was sent, and what could not be delivered."),
    )
)
