"""Addresses of the settings of the question, below /<provider>/settings/."""

from django.urls import path

from satisfaction.views import desk

urlpatterns = [path("satisfaction/", desk.satisfaction_settings, name="satisfaction")]
