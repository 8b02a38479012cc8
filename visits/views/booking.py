"""Booking a visit: school, kind and day first, then time and engineer, beside what is left and who is free."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.keys import row_in
from accounts.models import Customer
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, slug_of
from contracts.models import Contract
from contracts.selectors import contracts_with_terms, held_on
from contracts.views.customers import today
from visits.allowance_lines import allowance_line
from visits.allowances import allowance_of
from visits.forms.fields import refuse
from visits.forms.visits import BookForm, CalloutForm, ChooseForm
from visits.free_places import free_places
from visits.models import AllowanceKind, Visit, VisitKind
from visits.services import callout_book, visit_book
from visits.views.visit import day_in, places_url, visit_url

COUNTED_AS = {
    VisitKind.SCHEDULED.value: AllowanceKind.SCHEDULED_VISIT,
    VisitKind.ON_DEMAND.value: AllowanceKind.ON_DEMAND_VISIT,
}


@require_safe
@desk_view(Permission.WORK_TICKETS)
def choose(request: HttpRequest) -> HttpResponse:
    """For which school, what and when; the answer leads to the form that books."""
    form = ChooseForm(request.GET or None, initial={"kind": VisitKind.SCHEDULED, "day": today(request)})
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        path = reverse("visits:book", args=[slug_of(request), asked["school"].slug, asked["kind"]])
        return redirect(f"{path}?day={asked['day'].isoformat()}")
    return render(request, "visits/desk/choose.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def book(request: HttpRequest, customer: str, kind: str) -> HttpResponse:
    """Book a visit of a kind; beside the form stands what is left and who is free on the day."""
    if kind not in VisitKind.values:
        raise Http404
    now = today(request)
    day = day_in(request, now)
    rows = contracts_with_terms().select_related("customer").filter(held_on(day), customer__slug=customer)
    contract = rows.first()
    if contract is None:
        school = get_object_or_404(Customer, slug=customer)
        return render(request, "visits/desk/no_contract.html", {"customer": school, "day": day})
    initial = {"day": day, "slot": request.GET.get("slot"), "engineer": request.GET.get("engineer")}
    form = _form(request, contract, kind, initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                visit = _book(contract, kind, form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The visit is booked."))
            return redirect(visit_url(request, visit))
    counted = COUNTED_AS.get(kind)
    context: dict[str, Any] = {
        "contract": contract,
        "customer": contract.customer,
        "kind": VisitKind(kind),
        "day": day,
        "form": form,
        "line": [allowance_line(allowance_of(contract, counted, day))] if counted else (),
        "places_url": places_url(request, contract, kind, day),
    }
    return render(request, "visits/desk/book.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def places(request: HttpRequest, customer: str, kind: str) -> HttpResponse:
    """Who is free on a day, slot by slot: a page of its own, and part of the forms that book and move."""
    if kind not in VisitKind.values:
        raise Http404
    day = day_in(request, today(request))
    rows = contracts_with_terms().select_related("customer").filter(held_on(day), customer__slug=customer)
    contract = get_object_or_404(rows)
    moves = row_in(Visit.objects.all(), request.GET.get("without"))
    context = {
        "customer": contract.customer,
        "kind": VisitKind(kind),
        "places": free_places(contract, kind, day, without=moves),
        "without": moves,
        "book_url": reverse("visits:book", args=[slug_of(request), customer, kind]),
    }
    return render(request, "visits/desk/places.html", context)


def _form(request: HttpRequest, contract: Contract, kind: str, initial: dict[str, Any]) -> forms.Form:
    if kind == VisitKind.CALLOUT:
        return CalloutForm(posted(request), initial=initial, contract=contract, kind=kind)
    return BookForm(posted(request), initial=initial, contract=contract, kind=kind)


def _book(contract: Contract, kind: str, data: dict[str, Any]) -> Visit:
    if kind == VisitKind.CALLOUT:
        return callout_book(contract=contract, **data)
    return visit_book(contract=contract, kind=kind, **data)
