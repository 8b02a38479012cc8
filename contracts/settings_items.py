"""This app's entries in the menu of the settings."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add

SEE = Permission.SEE_CONTRACTS

for item in (
    SettingsItem(
        SettingsGroup.CUSTOMERS,
        _("Customers"),
        "settings:customers",
        "school",
        10,
        SEE,
        _("Schools, their mail domains, people and closures."),
    ),
    SettingsItem(
        SettingsGroup.CUSTOMERS,
        _("Contracts"),
        "settings:contracts",
        "file-text",
        20,
        SEE,
        _("Packages, hours and dates; what has to be renewed."),
    ),
    SettingsItem(
        SettingsGroup.TIME,
        _("Deadline tester"),
        "settings:tester",
        "timer",
        40,
        SEE,
        _("When would a request be answered and fixed, and why."),
    ),
    SettingsItem(
        SettingsGroup.AGREEMENT,
        _("Levels, targets and packages"),
        "settings:editions",
        "scale",
        10,
        SEE,
        _("What each edition of the agreement promises and covers."),
    ),
    SettingsItem(
        SettingsGroup.AGREEMENT,
        _("Coverage tester"),
        "settings:coverage_tester",
        "shield-question-mark",
        15,
        SEE,
        _("Whether something is covered, and which clause says so."),
    ),
    SettingsItem(
        SettingsGroup.AGREEMENT,
        _("Obligations"),
        "settings:obligations",
        "clipboard-check",
        20,
        SEE,
        _("What the agreement asks of every customer."),
    ),
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Changes of schools"),
        "settings:changes",
        "wrench",
        30,
        Permission.MANAGE_PROVIDER,
        _("For how long a change that a school tells us of stands on its tickets."),
    ),
):
    settings_add(item)
