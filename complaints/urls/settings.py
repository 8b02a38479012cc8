"""Addresses of the settings of complaints, below /<provider>/settings/."""

from django.urls import path

from complaints.views import desk

urlpatterns = [path("complaints/", desk.complaint_settings, name="complaints")]
