"""Addresses of the desk, below /<provider>/desk/."""

from django.urls import path

from tickets.views import files, held_mail, home, phone, queue, ticket, visits

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("tickets/<int:number>/", ticket.ticket_page, name="ticket"),
    path("tickets/<int:number>/deadline/<int:clock>/", ticket.ticket_deadline, name="deadline"),
    path("tickets/<int:number>/coverage/", ticket.ticket_coverage, name="ticket_coverage"),
    path("tickets/<int:number>/coverage/say/", ticket.ticket_coverage_say, name="coverage_say"),
    path("tickets/<int:number>/coverage/history/", ticket.ticket_coverage_history, name="coverage_history"),
    path("tickets/<int:number>/visit-times/", visits.visit_times, name="visit_times"),
    path("tickets/<int:number>/<slug:action>/", ticket.ticket_act, name="ticket_act"),
    path("phone/", phone.phone, name="phone"),
    path("phone/<int:membership>/", phone.phone_call, name="phone_call"),
    path("phone/<int:membership>/coverage/", phone.phone_coverage, name="phone_coverage"),
    path("call-backs/", phone.call_backs, name="call_backs"),
    path("mail/", held_mail.held_mail, name="held_mail"),
    path("mail/<int:pk>/", held_mail.held_message, name="held_message"),
    path("mail/<int:pk>/raw/", held_mail.held_message_raw, name="held_message_raw"),
    path("mail/<int:pk>/release/", held_mail.held_message_release, name="held_message_release"),
    path("mail/<int:pk>/retry/", held_mail.held_message_retry, name="held_message_retry"),
    path("mail/<int:pk>/reject/", held_mail.held_message_reject, name="held_message_reject"),
    path("files/<int:pk>/", files.attachment, name="attachment"),
    path("messages/<int:pk>/", files.message_html, name="message_html"),
]
