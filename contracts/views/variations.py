"""Settings: the variations of a contract, with a look at the deadlines that one moves before it is saved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url, slug_of
from contracts.forms.variations import VariationForm, WithdrawForm, initial_of
from contracts.models import Contract, Variation, Varied
from contracts.services.variations import variation_add, variation_withdraw
from contracts.views.customers import today
from contracts.wording import thing_words, value_words
from sla.views.previewing import change_previewed

HELP = {
    Varied.CALENDAR: gettext_lazy("Reply and fix times run in other hours."),
    Varied.CLOSURE: gettext_lazy(
        "A shutdown or closure of ours that does not hold, or a day on which we are closed too."
    ),
    Varied.RESPONSE: gettext_lazy("Another reply time for a level."),
    Varied.FIX: gettext_lazy("Another fix time for a level."),
    Varied.TARGET: gettext_lazy("Another target in per cent for a level."),
    Varied.PAUSE: gettext_lazy("Whether the fix clock stops while we wait."),
    Varied.VISITS: gettext_lazy("Another number of visits."),
    Varied.WINDOW: gettext_lazy("Within what time visits are delivered."),
    Varied.CLAUSE: gettext_lazy(
        "Another answer to 'is this covered?', in other words: for the whole clause, without the package's cases."
    ),
}


@require_safe
@desk_view(Permission.MANAGE_CONTRACTS)
def variation_kinds(request: HttpRequest, pk: int) -> HttpResponse:
    """The first question: what differs?"""
    contract = _contract(pk)
    kinds = [
        {
            "label": kind.label,
            "help_text": HELP[kind],
            "url": settings_url(request, "variation_new", contract.pk, kind.value),
        }
        for kind in Varied
    ]
    context = {"contract": contract, "kinds": kinds, "back_url": page_url(request, contract)}
    return settings_page(request, "contracts/settings/variation_kinds.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def variation_new(request: HttpRequest, pk: int, varied: str) -> HttpResponse:
    """Record that something differs from a day on."""
    contract = _contract(pk)
    if varied not in Varied.values:
        raise Http404
    tenant: Any = request
    initial = {"holds_from": today(request), "approved_by": tenant.person.pk}
    return _form_page(
        request,
        contract,
        VariationForm(posted(request), varied=varied, contract=contract, initial=initial),
        heading=_("%(what)s: variation for %(school)s")
        % {"what": Varied(varied).label, "school": contract.customer.name},
        back_url=settings_url(request, "variation_new", contract.pk, varied),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def variation_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct or end a variation by a line that stands in its place."""
    row = _variation(pk)
    return _form_page(
        request,
        row.contract,
        VariationForm(posted(request), varied=row.varied, contract=row.contract, initial=initial_of(row)),
        heading=_("Correct or end: %(what)s") % {"what": thing_words(row)},
        back_url=settings_url(request, "variation_replace", row.pk),
        replaces=row,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def variation_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a variation back as if it had never held."""
    row = _variation(pk)
    tenant: Any = request
    form = WithdrawForm(posted(request), contract=row.contract, initial={"approved_by": tenant.person.pk})
    heading = _("Withdraw: %(what)s") % {"what": thing_words(row)}
    if request.method == "POST" and form.is_valid():
        try:
            return change_previewed(
                request,
                lambda: variation_withdraw(variation=row, **form.cleaned_data),
                heading=heading,
                done=_("The variation is withdrawn."),
                next_url=page_url(request, row.contract),
                back_url=settings_url(request, "variation_withdraw", row.pk),
            )
        except ValidationError as error:
            form.add_error(None, error)
    return settings_form_page(
        request,
        form,
        heading=heading,
        lead=value_words(row),
        action=_("Show what changes"),
        cancel_url=page_url(request, row.contract),
        notes=[_("It then never held. If it simply ends, correct its last day.")],
    )


def page_url(request: HttpRequest, contract: Contract) -> str:
    """The contract's page in the desk."""
    return reverse("desk_contracts:contract", args=[slug_of(request), contract.pk])


def _form_page(
    request: HttpRequest,
    contract: Contract,
    form: VariationForm,
    *,
    heading: str,
    back_url: str,
    replaces: Variation | None = None,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return change_previewed(
                request,
                lambda: variation_add(contract=contract, replaces=replaces, **form.recorded()),
                heading=heading,
                done=_("The variation is saved."),
                next_url=page_url(request, contract),
                back_url=back_url,
            )
        except ValidationError as error:
            form.add_error(None, error)
    notes = [
        _("Nothing here is edited afterwards: a correction is a further line, and this one stays readable.")
    ]
    return settings_form_page(
        request,
        form,
        heading=heading,
        action=_("Show what changes"),
        cancel_url=page_url(request, contract),
        notes=notes,
    )


def _contract(pk: int) -> Contract:
    contract: Contract = get_object_or_404(
        Contract.objects.select_related("customer", "package__version", "calendar"), pk=pk
    )
    return contract


def _variation(pk: int) -> Variation:
    rows = Variation.objects.select_related(
        "contract__customer", "contract__package__version", "contract__calendar", "level", "calendar"
    )
    row: Variation = get_object_or_404(rows.filter(period__isnull=False), pk=pk)
    return row
