"""Addresses of the staff's reports, below /<provider>/reports/."""

from django.urls import path

from reports import converters  # noqa: F401 - makes <quarter:…> known
from reports.views import archive, desk

app_name = "reports"
urlpatterns = [
    path("", archive.overview, name="list"),
    path("<slug:customer>/<quarter:quarter>/", desk.report, name="report"),
    path("<slug:customer>/<quarter:quarter>/release/", desk.release, name="release"),
    path("<slug:customer>/<quarter:quarter>/report.pdf", desk.pdf, name="pdf"),
    path("<slug:customer>/<quarter:quarter>/figures/<slug:figure>.csv", desk.figure, name="figure"),
]
