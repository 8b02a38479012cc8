"""Addresses of the mailboxes' settings, below /<provider>/settings/."""

from django.urls import path

from tickets.views import mailboxes

urlpatterns = [
    path("mailboxes/", mailboxes.mailbox_list, name="mailboxes"),
    path("mailboxes/new/", mailboxes.mailbox_edit, name="mailbox_new"),
    path("mailboxes/<int:pk>/", mailboxes.mailbox_edit, name="mailbox_edit"),
    path("mailboxes/<int:pk>/test/", mailboxes.mailbox_test, name="mailbox_test"),
    path("mailboxes/<int:pk>/switch/", mailboxes.mailbox_switched, name="mailbox_switch"),
]
