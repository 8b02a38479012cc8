"""Addresses of chat in the portal, below /<provider>/portal/chat/."""

from django.urls import path

from chat.views import portal

app_name = "portal_chat"
urlpatterns = [
    path("", portal.start, name="start"),
    path("<int:pk>/", portal.chat, name="chat"),
    path("<int:pk>/news/", portal.news, name="news"),
    path("<int:pk>/files/<int:file>/", portal.file, name="file"),
    path("<int:pk>/say/", portal.say, name="say"),
    path("<int:pk>/sign/", portal.sign, name="sign"),
    path("<int:pk>/end/", portal.end, name="end"),
]
