"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

TIME, SEE = SettingsGroup.TIME, Permission.SEE_CONTRACTS

for item in (
    SettingsItem(
        TIME,
        _("Closures of the year"),
        "settings:year",
        "calendar-days",
        10,
        SEE,
        _("Christmas shutdown, closures, extra openings; why a day is closed."),
    ),
    SettingsItem(
        TIME,
        _("Opening hours"),
        "settings:calendars",
        "clock",
        20,
        SEE,
        _("The week of the desk and of other service hours."),
    ),
    SettingsItem(
        TIME, _("Public holidays"), "settings:holidays", "flag", 30, SEE, _("Stored days of each nation.")
    ),
):
    settings_add(item)
