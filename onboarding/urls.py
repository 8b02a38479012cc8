"""Addresses of moving in, below /<provider>/settings/."""

from django.urls import path

from onboarding import views

urlpatterns = [
    path("moving-in/", views.moving_in, name="moving_in"),
    path("moving-in/template/", views.template, name="moving_in_template"),
    path("moving-in/export/", views.export, name="moving_in_export"),
    path("moving-in/<int:pk>/", views.import_page, name="moving_in_import"),
    path("moving-in/<int:pk>/discard/", views.import_discarding, name="moving_in_discard"),
]
