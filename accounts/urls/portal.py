"""Addresses of a school's own people, below /<provider>/portal/people/."""

from django.urls import path

from accounts.views import school

app_name = "portal_people"
urlpatterns = [
    path("", school.people, name="list"),
    path("<slug:customer>/new/", school.add, name="new"),
    path("<slug:customer>/<int:pk>/nominate/", school.nominate, name="nominate"),
    path("<slug:customer>/<int:pk>/remove/", school.remove, name="remove"),
]
