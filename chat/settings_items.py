"""This app's entry in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Chat"),
        "settings:chat",
        "messages-square",
        28,
        Permission.MANAGE_PROVIDER,
        _("Whether schools can chat, and on which web sites."),
    )
)
