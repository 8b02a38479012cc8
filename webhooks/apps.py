from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from quotes.changes import on_quote_step
        from sla.steps import on_clock_step
        from tickets.changes import on_ticket_events
        from webhooks import sending, settings_items  # noqa: F401 - registers menu entries
        from webhooks.models import Endpoint
        from webhooks.services.endpoints import endpoint_trim
        from webhooks.services.recording import clock_told, quote_told, tickets_told

        register_due(sending.QUEUE)
        register_due(DueQueue("webhook_logs", Endpoint, endpoint_trim))
        on_ticket_events(tickets_told)
        on_clock_step(clock_told)
        on_quote_step(quote_told)
