from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Articles")

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from knowledge import mail_kinds, menus, notice_panels  # noqa: F401 - registers mail, menu entries, panels
        from knowledge.models import NoticeFollower, ServiceNotice
        from knowledge.services.notice_reminders import follower_tell, notice_look

        register_due(DueQueue("notices", ServiceNotice, notice_look))
        register_due(DueQueue("notice_followers", NoticeFollower, follower_tell))
