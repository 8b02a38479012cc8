"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

PEOPLE, PROVIDER = SettingsGroup.PEOPLE, SettingsGroup.PROVIDER

settings_add(
    SettingsItem(
        PEOPLE,
        _("Staff"),
        "settings:staff",
        "users-round",
        10,
        Permission.MANAGE_PEOPLE,
        _("Invite colleagues, give roles, keep somebody out."),
    )
)
settings_add(
    SettingsItem(
        PEOPLE,
        _("Teams"),
        "settings:teams",
        "network",
        20,
        Permission.MANAGE_PEOPLE,
        _("Who works together, and who leads."),
    )
)
settings_add(
    SettingsItem(
        PEOPLE,
        _("People of customers"),
        "settings:contacts",
        "contact-round",
        30,
        Permission.MANAGE_PEOPLE,
        _("Find anybody at a school, their roles and their way in."),
    )
)
settings_add(
    SettingsItem(
        PROVIDER,
        _("Brand and addresses"),
        "settings:brand",
        "palette",
        10,
        Permission.MANAGE_PROVIDER,
        _("Name, colour, support address and telephone."),
    )
)
settings_add(
    SettingsItem(
        PROVIDER,
        _("Sign-in and switches"),
        "settings:switches",
        "shield-check",
        20,
        Permission.MANAGE_PROVIDER,
        _("Two factors, expiring passwords, who may ask for support."),
    )
)
settings_add(
    SettingsItem(
        PROVIDER,
        _("Audit trail"),
        "settings:audit",
        "history",
        40,
        Permission.MANAGE_PROVIDER,
        _("Who did what, when and why."),
    )
)
