from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints import mail_kinds, menus  # noqa: F401 - registers mail, menu entries, settings, panels, the tag
        from complaints.models import Complaint
        from complaints.services.handling import complaint_look
        from delivery.due import DueQueue, register_due

        register_due(DueQueue("complaints", Complaint, complaint_look))
