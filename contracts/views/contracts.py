"""Settings: contracts from signing to renewal, and what each covers."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import AuditEntry, Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from accounts.views.paging import page_of
from contracts.forms.contracts import ContractEditForm, ContractFilterForm, ContractForm, EndForm, RenewForm
from contracts.models import Contract, PackageClause, VisitSlot
from contracts.selectors import held_on, renewals_due
from contracts.services import contract_change, contract_create, contract_end, contract_renew
from contracts.views.customers import holds, today
from sla.models import BusinessCalendar, ServiceTarget


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def contract_list(request: HttpRequest) -> HttpResponse:
    """Contracts that hold today, or those whose renewal is due, and so on."""
    form = ContractFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    day = today(request)
    rows = _in_state(asked.get("state", ""), day)
    if words := asked.get("q", "").strip():
        rows = rows.filter(Q(customer__name__icontains=words) | Q(reference__icontains=words))
    page = page_of(request, rows.select_related("customer", "package__version", "calendar"))
    context = {
        "form": form,
        "page": page,
        "filtered": any(asked.values()),
        "renewals": renewals_due(today=day).count(),
    }
    return settings_page(request, "contracts/settings/contracts.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def contract_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract: its terms, what its package covers in words that can be sent, and its history."""
    contract = _contract(pk)
    package, day = contract.package, today(request)
    context = {
        "contract": contract,
        "holds": holds(contract, day),
        "has_begun": contract.starts_on <= day,
        "targets": ServiceTarget.objects.filter(target_set_id=package.version.target_set_id).select_related(
            "level"
        ),
        "clauses": PackageClause.objects.filter(package=package),
        "slots": VisitSlot.objects.filter(package=package),
        "history": _history(contract),
    }
    return settings_page(request, "contracts/settings/contract.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def contract_new(request: HttpRequest, customer: str) -> HttpResponse:
    """A contract for a customer."""
    school = get_object_or_404(Customer, slug=customer)
    initial = {"starts_on": today(request), "calendar": _default_calendar()}
    form = ContractForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            contract = contract_create(customer=school, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, _plain(error))
        else:
            messages.success(request, _("The contract of %(name)s is saved.") % {"name": school.name})
            return redirect(settings_url(request, "contract", contract.pk))
    return settings_form_page(
        request,
        form,
        heading=_("New contract: %(name)s") % {"name": school.name},
        action=_("Save contract"),
        cancel_url=settings_url(request, "customer", school.slug),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contract; another package from a day on is a renewal."""
    contract = _contract(pk)
    fields = (
        "package",
        "calendar",
        "visits_purchased",
        "fix_runs_in_visits",
        "pause_policy",
        "reference",
        "notes",
        "starts_on",
        "ends_on",
    )
    initial = {name: getattr(contract, name) for name in fields}
    form = ContractEditForm(posted(request), initial=initial)
    back = settings_url(request, "contract", contract.pk)
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in fields}
        try:
            contract_change(contract=contract, changes=changes, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, _plain(error))
        else:
            messages.success(
                request, _("Saved. Running deadlines keep the terms that they were started under.")
            )
            return redirect(back)
    notes = [
        _("This corrects the contract as if it had always said so."),
        _("For another package or other hours from some day on, use 'Renew or change package'."),
    ]
    return settings_form_page(
        request,
        form,
        heading=_("Correct the contract: %(name)s") % {"name": contract.customer.name},
        action=_("Save"),
        cancel_url=back,
        notes=notes,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def contract_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """A following contract, with the same terms or others."""
    contract = _contract(pk)
    fields = (
        "package",
        "calendar",
        "visits_purchased",
        "fix_runs_in_visits",
        "pause_policy",
        "reference",
    )
    start = contract.ends_on + timedelta(days=1) if contract.ends_on else today(request) + timedelta(days=1)
    initial = {name: getattr(contract, name) for name in fields} | {"starts_on": start}
    form = RenewForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            new = contract_renew(contract=contract, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, _plain(error))
        else:
            messages.success(
                request, _("The new contract begins on %(day)s.") % {"day": f"{new.starts_on:%d %b %Y}"}
            )
            return redirect(settings_url(request, "contract", new.pk))
    return settings_form_page(
        request,
        form,
        heading=_("Renew or change package: %(name)s") % {"name": contract.customer.name},
        action=_("Save the new contract"),
        cancel_url=settings_url(request, "contract", contract.pk),
        notes=[
            _("Variations end with the old contract. Those that go on are entered again for the new one.")
        ],
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def contract_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a contract end on a day; the last day can be corrected later."""
    contract = _contract(pk)
    form = EndForm(posted(request), initial={"last_day": contract.ends_on or today(request)})
    back = settings_url(request, "contract", contract.pk)
    if request.method == "POST" and form.is_valid():
        try:
            contract_end(contract=contract, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, _plain(error))
        else:
            messages.success(
                request, _("The contract ends with %(day)s.") % {"day": f"{contract.ends_on:%d %b %Y}"}
            )
            return redirect(back)
    return settings_form_page(
        request,
        form,
        heading=_("End the contract: %(name)s") % {"name": contract.customer.name},
        action=_("End it"),
        cancel_url=back,
        notes=[
            _("Requests that are open then keep their deadlines. You can correct the last day afterwards.")
        ],
    )


def _contract(pk: int) -> Contract:
    rows = Contract.objects.select_related("customer", "package__version", "calendar")
    contract: Contract = get_object_or_404(rows, pk=pk)
    return contract


def _default_calendar() -> int | None:
    return BusinessCalendar.objects.filter(is_default=True).values_list("pk", flat=True).first()


def _history(contract: Contract) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(object_type=Contract._meta.label_lower, object_id=contract.pk)
    return rows.select_related("actor")[:20]


def _in_state(state: str, day: date) -> Any:
    if state == "renewals":
        return renewals_due(today=day)
    if state == "coming":
        return Contract.objects.filter(starts_on__gt=day).order_by("starts_on")
    if state == "ended":
        return Contract.objects.filter(ends_on__lt=day)
    return Contract.objects.filter(held_on(day)).order_by("customer__name")


def _plain(error: ValidationError) -> list[str]:
    """The messages without the names of fields, which a form may call otherwise."""
    return list(error.messages)
