"""Addresses of articles in the desk, below /<provider>/desk/knowledge/."""

from django.urls import path

from knowledge.views import desk

app_name = "knowledge"
urlpatterns = [
    path("", desk.article_list, name="list"),
    path("new/", desk.article_new, name="new"),
    path("suggest/", desk.suggest, name="suggest"),
    path("<int:pk>/", desk.article_page, name="article"),
    path("<int:pk>/<slug:action>/", desk.article_act, name="act"),
]
