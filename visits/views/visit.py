"""A visit's page, and a page with a form for each thing that can be done with it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.tenancy.memory import current_provider
from accounts.views.asking import posted, slug_of
from contracts.models import Contract
from visits.forms.fields import WhenForm, is_stale, refuse
from visits.history import history_of
from visits.models import Visit, VisitState
from visits.panels import visit_panels, visit_subjects
from visits.selectors import minutes_in_lieu_left, visits_with_names
from visits.views.actions import ACTIONS, VisitAction, actions_of
from visits.wording import visit_words


@require_safe
@desk_view(Permission.WORK_TICKETS)
def visit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where, when, who, what was done, and what happened to the visit."""
    visit = visit_for(pk)
    context = {
        "visit": visit,
        "history": history_of(visit),
        "actions": actions_of(visit),
        "minutes_left": minutes_in_lieu_left(visit),
        "sessions": visit.sessions_in_lieu.filter(undone_at=None).select_related("by")
        if visit.state == VisitState.IN_LIEU
        else (),
        "panels": visit_panels([visit.customer_id])[visit.customer_id],
        "subjects": visit_subjects([visit.pk])[visit.pk],
    }
    return render(request, "visits/desk/visit.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def visit_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Do one of `ACTIONS`; what cannot be done comes back with the form, nothing typed lost."""
    visit = visit_for(pk)
    chosen = ACTIONS.get(action)
    if chosen is None:
        return redirect(visit_url(request, visit))
    form = _form(request, chosen, visit)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                shown = chosen.do(visit, form.cleaned_data)
        except ValidationError as error:
            return _refused(request, visit, action, form, error)
        messages.success(request, str(chosen.done))
        return redirect(_then(request) or visit_url(request, shown))
    if request.method == "GET" and action not in dict(actions_of(visit)):
        messages.warning(request, _("This cannot be done with the visit as it stands."))
        return redirect(visit_url(request, visit))
    return _draw(request, visit, action, form, status=422 if form.errors else 200)


def visit_for(pk: int) -> Visit:
    """A visit of the scope with what a page shows of it."""
    rows = visits_with_names().select_related(
        "replaced_by", "replaces", "contract__package__version", "contract__customer"
    )
    visit: Visit = get_object_or_404(rows, pk=pk)
    return visit


def visit_url(request: HttpRequest, visit: Visit) -> str:
    return reverse("visits:visit", args=[slug_of(request), visit.pk])


def places_url(
    request: HttpRequest, contract: Contract, kind: str, day: date, *, without: Visit | None = None
) -> str:
    """Where it says who is free on a day. `without`: a visit that is about to move. Reads the contract's customer."""
    asked = {"day": day.isoformat(), **({"without": str(without.pk)} if without else {})}
    path = reverse("visits:places", args=[slug_of(request), contract.customer.slug, kind])
    return f"{path}?{urlencode(asked)}"


def day_in(request: HttpRequest, usual: date) -> date:
    """The day in `?day=`; what is no date is the usual one."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return usual


def _form(request: HttpRequest, chosen: VisitAction, visit: Visit) -> forms.Form:
    data = posted(request)
    initial = {} if data is not None else {**chosen.initial(visit, request), "sequence": visit.sequence}
    if initial and chosen.shows_places and "day" in initial:
        initial["day"] = day_in(request, visit.day)
    more: dict[str, Any] = {}
    if issubclass(chosen.form, WhenForm):
        more = {"contract": visit.contract, "kind": visit.kind}
    return chosen.form(data, initial=initial, **more)


def _refused(
    request: HttpRequest, visit: Visit, action: str, form: forms.Form, error: ValidationError
) -> HttpResponse:
    refuse(form, error)
    fresh = visit_for(visit.pk)
    if is_stale(error):
        form.data = {**request.POST.dict(), "sequence": str(fresh.sequence)}
    return _draw(request, fresh, action, form, status=409 if is_stale(error) else 422)


def _draw(request: HttpRequest, visit: Visit, action: str, form: forms.Form, *, status: int) -> HttpResponse:
    chosen = ACTIONS[action]
    without = visit if visit.state == VisitState.BOOKED else None
    day = day_in(request, visit.day)
    context = {
        "visit": visit,
        "action": chosen,
        "name": action,
        "form": form,
        "places_url": places_url(request, visit.contract, visit.kind, day, without=without)
        if chosen.shows_places
        else "",
        "then": _then(request),
        "words": visit_words(visit, current_provider().time_zone),
    }
    return render(request, "visits/desk/act.html", context, status=status)


def _then(request: HttpRequest) -> str:
    """Back to the phone page where the button stood there."""
    if request.POST.get("then", request.GET.get("then")) == "today":
        return reverse("visits:today", args=[slug_of(request)])
    return ""
