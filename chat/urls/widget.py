"""Addresses of the widget, below /<provider>/chat/. Nobody need have signed in."""

from django.urls import path

from chat.views import widget

app_name = "chat"
urlpatterns = [
    path("widget.js", widget.script, name="script"),
    path("status/", widget.status, name="status"),
    path("frame/", widget.frame, name="frame"),
    path("proof/", widget.proof, name="proof"),
    path("code/", widget.code, name="code"),
    path("here/", widget.here, name="here"),
    path("start/", widget.start, name="start"),
    path("news/", widget.news, name="news"),
    path("say/", widget.say, name="say"),
    path("files/<int:pk>/", widget.file, name="file"),
    path("sign/", widget.sign, name="sign"),
    path("end/", widget.end, name="end"),
]
