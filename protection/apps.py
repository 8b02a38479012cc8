from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ProtectionConfig(AppConfig):
    name = "protection"
    verbose_name = _("Data protection")

    def ready(self) -> None:
        from delivery.due import DueQueue, Stage, register_due
        from protection import settings_items  # noqa: F401 - registers the entries of the menu
        from protection.models import DoomedFile, Erasure, RetentionRule, SubjectExport
        from protection.services.erasing import erasure_turn
        from protection.services.exporting import EXPORTS, export_turn
        from protection.services.files import file_turn
        from protection.services.sweeping import rule_turn

        # What each app holds of people stands in its module of this name.
        autodiscover_modules("personal_data")
        # One a batch: each turn is long work, so it has a transaction of its own.
        register_due(DueQueue("retention", RetentionRule, rule_turn, batch=1, stage=Stage.TELL))
        register_due(DueQueue(EXPORTS, SubjectExport, export_turn, batch=1, attempts=3, stage=Stage.TELL))
        register_due(DueQueue("erasures", Erasure, erasure_turn, batch=1, stage=Stage.TELL))
        register_due(DueQueue("doomed_files", DoomedFile, file_turn))
