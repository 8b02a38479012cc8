"""Addresses of customers, contracts, editions and the deadline tester, below /<provider>/settings/."""

from django.urls import path

from contracts.views import contracts, customers, editions, home, tester

urlpatterns = [
    path("", home.settings_home, name="home"),
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
    path("tester/", tester.tester, name="tester"),
    path("editions/", editions.edition_list, name="editions"),
    path("editions/<int:pk>/", editions.edition_page, name="edition"),
    path("editions/<int:pk>/new/", editions.edition_new, name="edition_new"),
]
