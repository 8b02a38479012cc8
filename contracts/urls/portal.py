"""Addresses of the school's contracts, below /<provider>/portal/contracts/."""

from django.urls import path

from contracts.views import changes, portal

app_name = "portal_contracts"
urlpatterns = [
    path("", portal.contract_list, name="list"),
    path("<int:pk>/", portal.contract_page, name="contract"),
    path("<int:pk>/timeline/", portal.timeline, name="timeline"),
    path("changes/", changes.portal_changes, name="changes"),
    path("documents/<int:pk>/", portal.document, name="document"),
]
