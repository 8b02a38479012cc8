"""Addresses of visits in the portal, below /<provider>/portal/visits/."""

from django.urls import path

from visits.views import feeds, portal

app_name = "portal_visits"
urlpatterns = [
    path("", portal.visits, name="list"),
    path("contracts/<int:pk>/", portal.left, name="left"),
    path("<slug:customer>/subscribe/", feeds.school_subscribe, name="subscribe"),
]
