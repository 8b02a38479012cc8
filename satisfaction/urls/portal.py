"""Addresses of the question in the portal, below /<provider>/portal/satisfaction/."""

from django.urls import path

from satisfaction.views import portal

app_name = "portal_satisfaction"
urlpatterns = [path("<int:pk>/", portal.answer, name="answer")]
