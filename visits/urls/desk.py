"""Addresses of visits in the desk, below /<provider>/desk/visits/."""

from django.urls import path

from visits.views import allowances, booking, calendar, feeds, hindered, visit

app_name = "visits"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("today/", calendar.today_page, name="today"),
    path("new/", booking.choose, name="choose"),
    path("new/<slug:customer>/<slug:kind>/", booking.book, name="book"),
    path("free/<slug:customer>/<slug:kind>/", booking.places, name="places"),
    path("hindered/", hindered.hindered, name="hindered"),
    path("hindered/visits.csv", hindered.hindered_csv, name="hindered_csv"),
    path("subscribe/", feeds.subscribe, name="subscribe"),
    path("<int:pk>/", visit.visit_page, name="visit"),
    path("<int:pk>/<slug:action>/", visit.visit_act, name="act"),
    path("contracts/<int:pk>/", allowances.left, name="left"),
    path("contracts/<int:pk>/lines/", allowances.ledger, name="ledger"),
    path("contracts/<int:pk>/lines.csv", allowances.ledger_csv, name="ledger_csv"),
]
