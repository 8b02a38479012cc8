from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SatisfactionConfig(AppConfig):
    name = "satisfaction"
    verbose_name = _("Satisfaction")

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from satisfaction import mail_kinds, menus  # noqa: F401 - registers mail, menu entry, settings, panels
        from satisfaction.models import SatisfactionQuestion
        from satisfaction.services.asking import closings_ask, question_mail
        from tickets.changes import on_ticket_events

        on_ticket_events(closings_ask)
        register_due(DueQueue("satisfaction", SatisfactionQuestion, question_mail))
