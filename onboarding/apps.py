from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    name = "onboarding"
    verbose_name = _("Moving in")

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from onboarding import settings_items  # noqa: F401 - registers the entry of the menu
        from onboarding.models import Import
        from onboarding.services.imports import KEPT_FOR, QUEUE, import_turn

        # One import is long work, so each has a transaction of its own.
        register_due(
            DueQueue(name=QUEUE, model=Import, handle=import_turn, batch=1, attempts=3, dead_for=KEPT_FOR)
        )
