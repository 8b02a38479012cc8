"""Addresses of the settings of webhooks, below /<provider>/settings/."""

from django.urls import path

from webhooks.views import deliveries, endpoints

urlpatterns = [
    path("webhooks/", endpoints.endpoint_list, name="webhooks"),
    path("webhooks/new/", endpoints.endpoint_edit, name="webhook_new"),
    path("webhooks/deliveries/<int:pk>/", deliveries.delivery_page, name="webhook_delivery"),
    path("webhooks/<int:pk>/", deliveries.endpoint_page, name="webhook"),
    path("webhooks/<int:pk>/edit/", endpoints.endpoint_edit, name="webhook_edit"),
    path("webhooks/<int:pk>/<str:action>/", endpoints.endpoint_act, name="webhook_act"),
]
