"""The desk's pages of contracts: what is due, one contract, and what held when."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.files import download
from accounts.models import Customer
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.asking import slug_of
from contracts.contract_page import contract_context, lanes_of, terms_context, variation_lines
from contracts.forms.contracts import DayInput
from contracts.models import Contract, ContractDocument
from contracts.obligations import obligations_of_many
from contracts.selectors import contract_of_each, renewals_due
from contracts.views.customers import today

DAYS = (30, 90, 180, 365)


class DueForm(forms.Form):
    """Which renewals the list shows."""

    days = forms.TypedChoiceField(
        label=_("Ending within"),
        choices=[(days, _("%(n)s days") % {"n": days}) for days in DAYS],
        coerce=int,
        required=False,
        empty_value="90",
    )
    mine = forms.BooleanField(label=_("Only my schools"), required=False)


class DayForm(forms.Form):
    on = forms.DateField(label=_("Terms of"), widget=DayInput(), required=False)


def day_asked(request: HttpRequest, usual: date) -> tuple[date, DayForm]:
    """The day in `?on=`, and its form; what is no date is today."""
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": usual})
    asked = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
    return asked or usual, form


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def due(request: HttpRequest) -> HttpResponse:
    """Contracts to renew and obligations to look at, the most pressing first."""
    tenant: Any = request
    form = DueForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {"days": 90, "mine": False}
    days = int(asked["days"])
    day = today(request)
    renewals = renewals_due(today=day, within=timedelta(days=days))
    schools = Customer.objects.filter(is_active=True)
    if asked["mine"]:
        renewals = renewals.filter(customer__success_manager=tenant.person)
        schools = schools.filter(success_manager=tenant.person)
    held = contract_of_each(day, schools)
    lines = obligations_of_many([one.customer_id for one in held], day)
    overdue: list[dict[str, Any]] = [
        {"contract": one, "count": sum(line.is_overdue for line in lines[one.customer_id])} for one in held
    ]
    context = {
        "form": DueForm(initial={"days": 90}) if not form.is_bound else form,
        "days": days,
        "renewals": [{"contract": one, "left": (one.ends_on - day).days} for one in renewals if one.ends_on],
        "overdue": sorted((one for one in overdue if one["count"]), key=lambda one: -one["count"]),
        "contracts": held,
    }
    return render(request, "contracts/desk/due.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def contract_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract: what holds, who is who, what was agreed, how its obligations stand."""
    contract = _contract(pk)
    now = today(request)
    day, form = day_asked(request, now)
    context = contract_context(contract=contract, day=day, today=now, for_staff=True, slug=slug_of(request))
    return render(request, "contracts/desk/contract.html", {**context, "form": form, "today": now})


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What held when, drawn and as a table, and the terms of one day."""
    contract = _contract(pk)
    return render(request, "contracts/desk/timeline.html", timeline_context(request, contract))


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def document(request: HttpRequest, pk: int) -> FileResponse:
    """A document of a contract, as a download."""
    return download(get_object_or_404(ContractDocument, pk=pk))


def timeline_context(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """The context of the timeline, for either door."""
    now = today(request)
    day, form = day_asked(request, now)
    lines = variation_lines(contract, day)
    known = [line.row for line in lines if line.is_standing]
    return {
        "contract": contract,
        "customer": contract.customer,
        "day": day,
        "is_today": day == now,
        "form": form,
        "lines": lines,
        "lanes": lanes_of(contract, lines, day, now),
        **terms_context(contract, day, known),
    }


def _contract(pk: int) -> Contract:
    rows = Contract.objects.select_related("customer__success_manager", "package__version", "calendar")
    contract: Contract = get_object_or_404(rows, pk=pk)
    return contract
