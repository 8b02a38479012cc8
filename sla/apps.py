from django.apps import AppConfig


class SlaConfig(AppConfig):
    name = "sla"

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from sla import settings_items  # noqa: F401 - registers the menu entries
        from sla.models import Clock
        from sla.steps import clock_step

        register_due(DueQueue(name="clocks", model=Clock, handle=clock_step))
