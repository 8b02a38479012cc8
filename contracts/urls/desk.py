"""Addresses of contracts in the desk, below /<provider>/desk/contracts/."""

from django.urls import path

from contracts.views import changes, pages

app_name = "desk_contracts"
urlpatterns = [
    path("", pages.due, name="due"),
    path("<int:pk>/", pages.contract_page, name="contract"),
    path("<int:pk>/timeline/", pages.timeline, name="timeline"),
    path("changes/<slug:customer>/", changes.desk_changes, name="changes"),
    path("documents/<int:pk>/", pages.document, name="document"),
]
