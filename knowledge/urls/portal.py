"""Addresses of articles in the portal, below /<provider>/portal/answers/."""

from django.urls import path

from knowledge.views import portal

app_name = "portal_knowledge"
urlpatterns = [
    path("", portal.find, name="find"),
    path("suggest/", portal.suggest, name="suggest"),
    path("<int:pk>/", portal.article, name="article"),
    path("<int:pk>/<slug:verdict>/", portal.answered, name="answered"),
]
