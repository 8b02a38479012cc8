"""Addresses of customers, contracts, editions and the deadline tester, below /<provider>/settings/."""

from django.urls import path

from contracts.views import (
    changes,
    clauses,
    contracts,
    coverage,
    customers,
    editions,
    home,
    keeping,
    tester,
    variations,
)

urlpatterns = [
    path("", home.settings_home, name="home"),
    path("changes/", changes.change_settings, name="changes"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/<slug:customer>/", customers.customer_page, name="customer"),
    path("customers/<slug:customer>/edit/", customers.customer_edit, name="customer_edit"),
    path("customers/<slug:customer>/contracts/new/", contracts.contract_new, name="contract_new"),
    path("contracts/", contracts.contract_list, name="contracts"),
    path("contracts/<int:pk>/", contracts.contract_page, name="contract"),
    path("contracts/<int:pk>/edit/", contracts.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/renew/", contracts.contract_renewal, name="contract_renew"),
    path("contracts/<int:pk>/end/", contracts.contract_ending, name="contract_end"),
    path("contracts/<int:pk>/variations/", variations.variation_kinds, name="variations"),
    path("contracts/<int:pk>/variations/<slug:varied>/", variations.variation_new, name="variation_new"),
    path("contracts/<int:pk>/documents/new/", keeping.document_new, name="document_new"),
    path("variations/<int:pk>/replace/", variations.variation_replace, name="variation_replace"),
    path("variations/<int:pk>/withdraw/", variations.variation_withdrawal, name="variation_withdraw"),
    path("documents/<int:pk>/remove/", keeping.document_removal, name="document_remove"),
    path("obligations/", keeping.obligation_list, name="obligations"),
    path("obligations/new/", keeping.obligation_new, name="obligation_new"),
    path("obligations/<int:pk>/", keeping.obligation_edit, name="obligation_edit"),
    path(
        "customers/<slug:customer>/obligations/<int:pk>/",
        keeping.obligation_reviewed,
        name="obligation_review",
    ),
    path("tester/", tester.tester, name="tester"),
    path("coverage/", coverage.coverage_tester, name="coverage_tester"),
    path("editions/", editions.edition_list, name="editions"),
    path("editions/<int:pk>/", editions.edition_page, name="edition"),
    path("editions/<int:pk>/new/", editions.edition_new, name="edition_new"),
    path("editions/packages/<int:pk>/<slug:topic>/", clauses.clause_edit, name="clause"),
    path("editions/clauses/<int:pk>/cases/new/", clauses.condition_new, name="condition_new"),
    path("editions/cases/<int:pk>/", clauses.condition_edit, name="condition_edit"),
    path("editions/cases/<int:pk>/remove/", clauses.condition_removal, name="condition_remove"),
]
