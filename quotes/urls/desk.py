"""Addresses of quotes in the desk, below /<provider>/desk/quotes/."""

from django.urls import path

from quotes.views import acting, desk

app_name = "quotes"
urlpatterns = [
    path("", desk.quote_list, name="list"),
    path("quotes.csv", desk.quote_csv, name="csv"),
    path("new/", acting.quote_new, name="new"),
    path("<int:pk>/", desk.quote_page, name="quote"),
    path("<int:pk>/edit/", acting.quote_edit, name="edit"),
    path("<int:pk>/send/", acting.quote_sending, name="send"),
    path("<int:pk>/withdraw/", acting.quote_withdrawal, name="withdraw"),
    path("<int:pk>/revise/", acting.quote_revision, name="revise"),
]
