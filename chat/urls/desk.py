"""Addresses of chat at the desk, below /<provider>/desk/chat/."""

from django.urls import path

from chat.views import desk

app_name = "desk_chat"
urlpatterns = [
    path("", desk.chat_list, name="list"),
    path("beat/", desk.beat, name="beat"),
    path("presence/", desk.presence, name="presence"),
    path("<int:pk>/", desk.chat, name="chat"),
    path("<int:pk>/news/", desk.news, name="news"),
    path("<int:pk>/files/<int:file>/", desk.file, name="file"),
    path("<int:pk>/<slug:action>/", desk.act, name="act"),
]
