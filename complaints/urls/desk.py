"""Addresses of complaints in the desk, below /<provider>/desk/complaints/."""

from django.urls import path

from complaints.views import desk

app_name = "complaints"
urlpatterns = [
    path("", desk.complaint_list, name="list"),
    path("complaints.csv", desk.complaint_csv, name="csv"),
    path("new/", desk.complaint_record, name="new"),
    path("<int:pk>/", desk.complaint_page, name="complaint"),
    path("<int:pk>/<slug:action>/", desk.complaint_act, name="act"),
]
