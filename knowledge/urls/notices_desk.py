"""Addresses of service notices in the desk, below /<provider>/desk/notices/."""

from django.urls import path

from knowledge.views import notices_desk

app_name = "notices"
urlpatterns = [
    path("", notices_desk.notice_list, name="list"),
    path("new/", notices_desk.notice_new, name="new"),
    path("tickets/<int:number>/", notices_desk.ticket_links, name="links"),
    path("<int:pk>/", notices_desk.notice_page, name="notice"),
    path("<int:pk>/<slug:action>/", notices_desk.notice_act, name="act"),
]
