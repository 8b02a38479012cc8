"""Addresses of quotes in the portal, below /<provider>/portal/quotes/."""

from django.urls import path

from quotes.views import portal

app_name = "portal_quotes"
urlpatterns = [
    path("", portal.quote_list, name="list"),
    path("<int:pk>/", portal.quote_page, name="quote"),
    path("<int:pk>/accept/", portal.quote_acceptance, name="accept"),
    path("<int:pk>/decline/", portal.quote_refusal, name="decline"),
]
