"""Settings: customers, and everything of one customer on a page."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer, CustomerDomain, CustomerMembership
from accounts.nominating import nominated_only
from accounts.permissions import Permission
from accounts.services import customer_change, customer_create
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import Door, desk_view
from accounts.views.asking import posted, settings_url
from accounts.views.paging import page_of
from contracts.customer_panels import CUSTOMER_PANELS
from contracts.forms.customers import CustomerFilterForm, CustomerForm
from contracts.models import Contract
from contracts.selectors import held_on
from sla.models import Closure
from sla.times import local_day


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def customer_list(request: HttpRequest) -> HttpResponse:
    """Customers by name, with their package of today."""
    form = CustomerFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, _found(asked, today(request)))
    rows = _with_contracts(page.rows, today(request))
    context = {"form": form, "page": page, "rows": rows, "filtered": any(asked.values())}
    return settings_page(request, "contracts/settings/customers.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def customer_page(request: HttpRequest, customer: str) -> HttpResponse:
    """One customer: facts, contract, people, closures of its own."""
    school = get_object_or_404(Customer.objects.select_related("success_manager", "team"), slug=customer)
    day = today(request)
    contracts = list(Contract.objects.filter(customer=school).select_related("package__version", "calendar"))
    memberships = CustomerMembership.objects.filter(customer=school).select_related("person__user")
    people: dict[int, dict[str, Any]] = {}
    for row in memberships.order_by("person__name", "role"):
        one = people.setdefault(row.person_id, {"person": row.person, "roles": [], "is_nominated": False})
        one["roles"].append(row.get_role_display())
        one["is_nominated"] = one["is_nominated"] or row.is_nominated
    context = {
        "school": school,
        "nominated_only": nominated_only(school, provider=request.provider),  # type: ignore[attr-defined]
        "domains": CustomerDomain.objects.filter(customer=school),
        "contract": next((one for one in contracts if holds(one, day)), None),
        "others": [one for one in contracts if not holds(one, day)],
        "people": list(people.values()),
        "panels": CUSTOMER_PANELS.drawn(request, Door.DESK, school),
        "closures": Closure.objects.filter(customer=school, last_day__gte=day - timedelta(days=30)),
    }
    return settings_page(request, "contracts/settings/customer.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def customer_new(request: HttpRequest) -> HttpResponse:
    """A new customer; its contract and people come next, on its page."""
    form = CustomerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        school = customer_create(**{**data, "domains": tuple(data["domains"])})
        messages.success(
            request, _("%(name)s is added. Now its contract and people.") % {"name": school.name}
        )
        return redirect(settings_url(request, "customer", school.slug))
    return settings_form_page(
        request,
        form,
        heading=_("New customer"),
        action=_("Add customer"),
        cancel_url=settings_url(request, "customers"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def customer_edit(request: HttpRequest, customer: str) -> HttpResponse:
    """Name, domains and who looks after it."""
    school = get_object_or_404(Customer, slug=customer)
    domains = CustomerDomain.objects.filter(customer=school).values_list("domain", flat=True)
    initial = {
        "name": school.name,
        "domains": "\n".join(domains),
        "nation": school.nation,
        "success_manager": school.success_manager_id,
        "team": school.team_id,
        "trust": school.trust,
        "nomination": school.nomination,
        "phone": school.phone,
        "address": school.address,
        "is_active": school.is_active,
    }
    form = CustomerForm(posted(request), initial=initial, customer=school)
    if request.method == "POST" and form.is_valid():
        customer_change(customer=school, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, "customer", school.slug))
    return settings_form_page(
        request,
        form,
        heading=_("Details of %(customer)s") % {"customer": school.name},
        action=_("Save"),
        cancel_url=settings_url(request, "customer", school.slug),
    )


def today(request: HttpRequest) -> date:
    """The local day of the provider."""
    tenant: Any = request
    return local_day(timezone.now(), tenant.provider.time_zone)


def holds(contract: Contract, day: date) -> bool:
    """Whether the contract holds on a local day."""
    return contract.starts_on <= day and (contract.ends_on is None or contract.ends_on >= day)


def _with_contracts(schools: list[Customer], day: date) -> list[dict[str, Any]]:
    holding = Contract.objects.filter(held_on(day), customer__in=schools).select_related("package")
    by_customer = {contract.customer_id: contract for contract in holding}
    return [{"school": school, "contract": by_customer.get(school.pk)} for school in schools]


def _found(asked: dict[str, Any], day: date) -> QuerySet[Customer]:
    rows = Customer.objects.select_related("success_manager", "team")
    rows = rows.filter(is_active=asked.get("state") != "off")
    if asked.get("state") == "none":
        rows = rows.filter(~Exists(Contract.objects.filter(held_on(day), customer=OuterRef("pk"))))
    if words := asked.get("q", "").strip():
        domains = CustomerDomain.objects.filter(domain__icontains=words).values("customer_id")
        rows = rows.filter(Q(name__icontains=words) | Q(trust__icontains=words) | Q(pk__in=domains))
    return rows
