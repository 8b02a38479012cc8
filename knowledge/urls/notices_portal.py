"""Addresses of service notices in the portal, below /<provider>/portal/notices/."""

from django.urls import path

from knowledge.views import notices_portal

app_name = "portal_notices"
urlpatterns = [
    path("", notices_portal.notice_list, name="list"),
    path("<int:pk>/", notices_portal.notice_page, name="notice"),
    path("<int:pk>/mine/", notices_portal.notice_mine, name="mine"),
    path("<int:pk>/news/", notices_portal.notice_news, name="news"),
]
