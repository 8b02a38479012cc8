"""Addresses of complaints in the portal, below /<provider>/portal/complaints/."""

from django.urls import path

from complaints.views import portal

app_name = "portal_complaints"
urlpatterns = [
    path("", portal.complaint_list, name="list"),
    path("new/", portal.complaint_new, name="new"),
    path("<int:pk>/", portal.complaint_page, name="complaint"),
    path("<int:pk>/further/", portal.complaint_further, name="further"),
]
