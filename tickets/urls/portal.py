"""Addresses of the portal, below /<provider>/portal/."""

from django.urls import path

from tickets.views import approvals, files, passphrase, portal, requests, watchers

app_name = "portal"
urlpatterns = [
    path("", portal.home, name="home"),
    path("requests/", portal.tickets, name="tickets"),
    path("requests/new/", portal.new, name="new"),
    path("requests/new/coverage/", portal.new_coverage, name="new_coverage"),
    path("requests/new/questions/", requests.new_questions, name="new_questions"),
    path("requests/new/<int:pk>/", requests.request_form, name="request_form"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<int:number>/", approvals.approval, name="approval"),
    path("requests/<int:number>/", portal.ticket, name="ticket"),
    path("requests/<int:number>/add/", portal.ticket_add, name="ticket_add"),
    path("requests/<int:number>/reopen/", portal.ticket_reopen_asked, name="ticket_reopen"),
    path("requests/<int:number>/escalate/", portal.ticket_escalate_asked, name="ticket_escalate"),
    path("requests/<int:number>/level/", portal.ticket_level_asked, name="ticket_level"),
    path("requests/<int:number>/followers/<slug:action>/", watchers.followers_act, name="followers"),
    path("passphrase/", passphrase.passphrase, name="passphrase"),
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("messages/<int:pk>/", files.message_html, name="message_html"),
]
