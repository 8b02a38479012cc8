"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Safeguarding and identity"),
        "settings:safeguarding",
        "shield",
        27,
        Permission.MANAGE_PROVIDER,
        _("Who reads every confidential request, and how a caller is verified."),
    )
)
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

settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Portal forms"),
        "settings:request_forms",
        "clipboard-list",
        26,
        Permission.MANAGE_PROVIDER,
        _("Everyday requests, their questions and who approves them."),
    )
)
settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Third parties"),
        "settings:suppliers",
        "handshake",
        27,
        Permission.MANAGE_PROVIDER,
        _("To whom tickets are passed on, and how often they are asked again."),
    )
)
settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Owners and updates"),
        "settings:attention",
        "megaphone",
        28,
        Permission.MANAGE_PROVIDER,
        _("How long a ticket may be without an owner, and an escalated one without news."),
    )
)
