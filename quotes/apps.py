from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuotesConfig(AppConfig):
    name = "quotes"
    verbose_name = _("Quotes")

    def ready(self) -> None:
        from quotes import mail_kinds, menus  # noqa: F401 - registers kinds of mail and menu entries
