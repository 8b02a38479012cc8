from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        # Registers the kind of mail, menu entries and panels.
        from reports import mail_kinds, navigation, panels  # noqa: F401
