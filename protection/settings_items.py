"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

for label, url_name, icon, order, help_text in (
    (
        _("How long records are kept"),
        "settings:retention",
        "calendar-clock",
        50,
        _("After which time words and names are removed, with a dry run first."),
    ),
    (
        _("Holds"),
        "settings:holds",
        "lock",
        51,
        _("Tickets and people of whom nothing must go, until when and why."),
    ),
    (
        _("What is held about a person"),
        "settings:personal_data",
        "file-user",
        52,
        _("Hand it out to them, or erase them."),
    ),
):
    settings_add(
        SettingsItem(SettingsGroup.PROVIDER, label, url_name, icon, order, Permission.PROTECT_DATA, help_text)
    )
