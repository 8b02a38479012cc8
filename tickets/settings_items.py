"""This app's entry in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Mailboxes"),
        "settings:mailboxes",
        "mailbox",
        25,
        Permission.MANAGE_MAIL,
        _("Which addresses are read, how, and whether it works."),
    )
)
