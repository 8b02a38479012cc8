"""This app's entries in the menu of the settings."""

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
settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Words of our mail"),
        "settings:words",
        "mail",
        27,
        Permission.MANAGE_PROVIDER,
        _("What schools read when we write to them, and a preview of it."),
    )
)
