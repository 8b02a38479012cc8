"""The desk's pages of single proposed visits, and of what a school wishes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, slug_of
from contracts.models import Contract
from visits.forms.planning import PlannedVisitForm, WishForm
from visits.models import PlannedVisit, VisitWish
from visits.services.planning import planned_visit_change, planned_visit_drop, visit_wish_set
from visits.wording import day_words


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def planned_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposed visit elsewhere."""
    planned = _planned(pk)
    initial = {
        "day": planned.day,
        "slot": planned.slot_id,
        "engineer": planned.engineer_id,
        "note": planned.note,
    }
    form = PlannedVisitForm(posted(request), contract=planned.contract, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            planned_visit_change(planned=planned, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The visit is changed in the proposal."))
            return redirect(_school_url(request, planned))
    context = {
        "form": form,
        "planned": planned,
        "heading": planned.contract.customer.name,
        "lead": day_words(planned.day),
        "action": _("Save"),
        "cancel_url": _school_url(request, planned),
    }
    return render(request, "visits/planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def planned_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a visit out of a proposal, after a question."""
    planned = _planned(pk)
    back = _school_url(request, planned)
    if request.method == "POST":
        try:
            planned_visit_drop(planned=planned)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The visit is out of the proposal."))
        return redirect(back)
    context = {
        "heading": planned.contract.customer.name,
        "question": _("Take the visit of %(day)s out of the proposal?") % {"day": day_words(planned.day)},
        "consequences": [_("It stays among the visits that are still to be planned.")],
        "action": _("Take it out"),
        "cancel_url": back,
    }
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def wish(request: HttpRequest, contract: int) -> HttpResponse:
    """What a school would like: the planner minds it, and promises nothing."""
    row = get_object_or_404(Contract.objects.select_related("customer", "package"), pk=contract)
    known = VisitWish.objects.filter(contract=row).first() or VisitWish()
    initial = {
        "rhythm": known.rhythm,
        "weekday": known.weekday,
        "slot": known.slot_id,
        "engineer": known.engineer_id,
    }
    form = WishForm(posted(request), contract=row, initial=initial)
    back = reverse("desk_contracts:contract", args=[slug_of(request), row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            visit_wish_set(contract=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. The next proposal minds it."))
            return redirect(back)
    context = {
        "form": form,
        "heading": _("Wishes of %(school)s") % {"school": row.customer.name},
        "lead": _("Preferred when visits are planned, never promised."),
        "action": _("Save"),
        "cancel_url": back,
    }
    return render(request, "visits/planning/form.html", context, status=422 if form.errors else 200)


def _planned(pk: int) -> PlannedVisit:
    rows = PlannedVisit.objects.select_related("plan", "contract__customer", "contract__package", "slot")
    planned: PlannedVisit = get_object_or_404(rows, pk=pk)
    return planned


def _school_url(request: HttpRequest, planned: PlannedVisit) -> str:
    return reverse("planning:school", args=[slug_of(request), planned.plan_id, planned.contract_id])
