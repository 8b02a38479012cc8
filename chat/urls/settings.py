"""Addresses of the settings of chat, below /<provider>/settings/."""

from django.urls import path

from chat.views import settings

urlpatterns = [
    path("chat/", settings.chat_settings, name="chat"),
]
