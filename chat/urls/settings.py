"""Addresses of the settings of chat, below /<provider>/settings/."""

from django.urls import path

from chat.views import settings

urlpatterns = [
    path("chat/", settings.chat_settings, name="chat"),
    path("chat/answers/new/", settings.answer_edit, name="chat_answer_new"),
    path("chat/answers/<int:pk>/", settings.answer_edit, name="chat_answer"),
    path("chat/answers/<int:pk>/remove/", settings.answer_remove, name="chat_answer_remove"),
]
