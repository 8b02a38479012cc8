"""Addresses of the page over all schools of a person, below /<provider>/portal/schools/."""

from django.urls import path

from reports.views import schools

app_name = "portal_schools"
urlpatterns = [
    path("", schools.schools, name="list"),
    path("open-requests.csv", schools.requests_csv, name="csv"),
]
