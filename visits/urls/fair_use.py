"""Addresses of allowances and fair use, below /<provider>/settings/."""

from django.urls import path

from visits.views import fair_use

urlpatterns = [
    path("allowances/", fair_use.rules, name="allowances"),
    path("allowances/<int:pk>/<slug:kind>/", fair_use.rule_edit, name="allowance_rule"),
    path("contracts/<int:pk>/fair-use/<slug:kind>/", fair_use.agreement_edit, name="fair_use"),
    path("contracts/<int:pk>/fair-use/<slug:kind>/end/", fair_use.agreement_end, name="fair_use_end"),
]
