"""Settings: how packages count visits and sessions, and thresholds agreed with one school (Rule P5)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url, slug_of
from contracts.models import Contract, Package
from visits.allowances import USUAL_PERIOD
from visits.forms.fair_use import AgreementForm, RuleForm
from visits.forms.fields import refuse
from visits.models import AllowanceKind, AllowanceRule, FairUseAgreement
from visits.services import allowance_rule_set, fair_use_agree, fair_use_end


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def rules(request: HttpRequest) -> HttpResponse:
    """What each package counts, of the newest edition first, and what was agreed with single schools."""
    found: dict[int, dict[str, AllowanceRule]] = {}
    for rule in AllowanceRule.objects.all():
        found.setdefault(rule.package_id, {})[rule.kind] = rule
    packages = Package.objects.select_related("version").order_by(
        "-version__published_on", "position", "name"
    )
    context = {
        "packages": [
            {
                "package": package,
                "rules": [(kind, found.get(package.pk, {}).get(kind)) for kind in AllowanceKind],
            }
            for package in packages
        ],
        "agreements": FairUseAgreement.objects.select_related("contract__package", "customer").order_by(
            "customer__name", "kind"
        ),
    }
    return settings_page(request, "visits/settings/allowances.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def rule_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """How a package counts one kind of use."""
    package = get_object_or_404(Package.objects.select_related("version"), pk=pk)
    chosen = _kind(kind)
    rule = AllowanceRule.objects.filter(package=package, kind=chosen).first()
    form = RuleForm(posted(request), kind=chosen, initial=_rule_initial(rule, chosen))
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = {"norm": None, **form.cleaned_data}
        try:
            allowance_rule_set(package=package, kind=chosen, **data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request, _("Saved. Everything is counted by it from now on, also what was used before.")
            )
            return redirect(settings_url(request, "allowances"))
    return settings_form_page(
        request,
        form,
        heading=_("%(package)s: %(kind)s") % {"package": package.name, "kind": chosen.label},
        lead=package.version.label,
        action=_("Save"),
        cancel_url=settings_url(request, "allowances"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def agreement_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Another threshold for one school."""
    contract, chosen = _contract(pk), _kind(kind)
    if chosen == AllowanceKind.SCHEDULED_VISIT:
        raise Http404  # purchased visits are a matter of the contract and its variations
    agreed = FairUseAgreement.objects.filter(contract=contract, kind=chosen).first()
    initial = {"norm": agreed.norm, "note": agreed.note} if agreed else {}
    form = AgreementForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            fair_use_agree(contract=contract, kind=chosen, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_ledger(request, contract, chosen))
    return settings_form_page(
        request,
        form,
        heading=_("Fair use of %(school)s: %(kind)s")
        % {"school": contract.customer.name, "kind": chosen.label},
        lead=_("In place of what the package %(package)s says.") % {"package": contract.package.name},
        action=_("Save"),
        cancel_url=_ledger(request, contract, chosen),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def agreement_end(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The package's own threshold holds again, after a question."""
    contract, chosen = _contract(pk), _kind(kind)
    agreed = get_object_or_404(
        FairUseAgreement.objects.select_related("customer"), contract=contract, kind=chosen
    )
    if request.method == "POST":
        fair_use_end(agreement=agreed)
        messages.success(request, _("The package's own threshold holds again."))
        return redirect(_ledger(request, contract, chosen))
    return confirm_page(
        request,
        heading=_("Fair use of %(school)s") % {"school": contract.customer.name},
        question=_("Take back the threshold of %(norm)d?") % {"norm": agreed.norm},
        consequences=[_("The package's own threshold holds again. You can agree another one at any time.")],
        action=_("Take it back"),
        cancel_url=_ledger(request, contract, chosen),
    )


def _rule_initial(rule: AllowanceRule | None, kind: str) -> dict[str, Any]:
    if rule is None:
        return {"period": USUAL_PERIOD[kind], "carry_over": 0, "warn_at": [80, 95]}
    return {name: getattr(rule, name) for name in ("period", "norm", "carry_over", "warn_at")}


def _contract(pk: int) -> Contract:
    contract: Contract = get_object_or_404(Contract.objects.select_related("customer", "package"), pk=pk)
    return contract


def _kind(kind: str) -> AllowanceKind:
    if kind not in AllowanceKind.values:
        raise Http404
    return AllowanceKind(kind)


def _ledger(request: HttpRequest, contract: Contract, kind: str) -> str:
    return f"{reverse('visits:ledger', args=[slug_of(request), contract.pk])}?kind={kind}"
