"""Addresses of the outbox, below /<provider>/settings/."""

from django.urls import path

from delivery.views import outbox

urlpatterns = [
    path("mail/", outbox.outbox, name="outbox"),
    path("mail/<int:pk>/retry/", outbox.outbox_retry, name="outbox_retry"),
]
