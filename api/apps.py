from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        from api import schema, settings_items  # noqa: F401 - registers the scheme of signing in, and menu entries
        from api.services.requests import QUEUE
        from delivery.due import register_due

        register_due(QUEUE)
