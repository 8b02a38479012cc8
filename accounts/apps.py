from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Providers, customers and people")

    def ready(self) -> None:
        from accounts import checks, settings_items  # noqa: F401 - registers the system checks and menu entries
        from accounts.navigation import NavItem, navigation_add
        from accounts.permissions import Permission
        from accounts.sign_in_rules import rules_gather
        from accounts.tenancy.access import Door
        from accounts.tenancy.global_tables import grant_global_tables

        navigation_add(
            NavItem(
                Door.DESK,
                _("Settings"),
                "settings:home",
                "settings",
                90,
                Permission.SEE_CONTRACTS,
                keys="g s",
            )
        )
        navigation_add(NavItem(Door.PORTAL, _("People"), "portal_people:list", "contact-round", 88))
        user_logged_in.connect(rules_gather)
        post_migrate.connect(grant_global_tables, sender=self)
