"""Addresses of the released reports in the portal, below /<provider>/portal/reports/."""

from django.urls import path

from reports import converters  # noqa: F401 - makes <quarter:…> known
from reports.views import portal

app_name = "portal_reports"
urlpatterns = [
    path("", portal.archive, name="list"),
    path("<slug:customer>/<quarter:quarter>/", portal.report, name="report"),
    path("<slug:customer>/<quarter:quarter>/report.pdf", portal.pdf, name="pdf"),
    path("<slug:customer>/<quarter:quarter>/figures/<slug:figure>.csv", portal.figure, name="figure"),
]
