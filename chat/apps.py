from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from chat import navigation, panels, settings_items  # noqa: F401 - registers menu entries and panels
        from chat.models import Chat
        from chat.services.ending import chat_look
        from delivery.due import DueQueue, register_due

        register_due(DueQueue("chats", Chat, chat_look))
