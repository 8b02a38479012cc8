"""Addresses of the API's settings, below /<provider>/settings/."""

from django.urls import path

from api.reference import reference
from api.views import tokens

urlpatterns = [
    path("tokens/", tokens.token_list, name="tokens"),
    path("tokens/reference/", reference, name="api_reference"),
    path("tokens/new/", tokens.token_new, name="token_new"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke_page, name="token_revoke"),
]
