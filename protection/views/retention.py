"""Settings: how long records are kept, with a dry run before anything is saved, and what must be kept (Rule T7)."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.protecting import record_kinds
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from accounts.views.paging import page_of
from protection.forms import HoldForm, RetentionForm
from protection.models import Hold, RetentionRule
from protection.selectors import days_now, forecasts, runs_newest
from protection.services.retention import first_look, hold_end, hold_place, periods_save

RUNS_A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.PROTECT_DATA)
def retention(request: HttpRequest) -> HttpResponse:
    """Periods. What is posted is tried first; the same once more, now with what it would remove in view, is saved."""
    form = RetentionForm(posted(request), days=days_now())
    shown = None
    if request.method == "POST" and form.is_valid():
        shown = _digest(form.days)
        if request.POST.get("shown") == shown:
            try:
                periods_save(days=form.days)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved."))
                return redirect(settings_url(request, "retention"))
    look = first_look(timezone.now())
    context = {
        "form": form,
        "shown": shown,
        "look": look,
        "forecasts": forecasts(form.days, at=look) if shown else None,
        "is_set": RetentionRule.objects.exists(),
        "page": page_of(request, runs_newest(), per_page=RUNS_A_PAGE),
        "names": {kind.key: kind.name for kind in record_kinds()},
    }
    return settings_page(
        request, "protection/settings/retention.html", context, status=422 if form.errors else 200
    )


def _digest(days: dict[str, int | None]) -> str:
    """What ties the saving to what was shown: other periods have to be tried first."""
    return hashlib.sha256(json.dumps(days, sort_keys=True).encode()).hexdigest()[:16]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.PROTECT_DATA)
def holds(request: HttpRequest) -> HttpResponse:
    """What must be kept, and another hold."""
    form = HoldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        hold_place(reason=found["reason"], until=found["until"], ticket=form.ticket, person=form.person)
        messages.success(request, _("It is held."))
        return redirect(settings_url(request, "holds"))
    rows = Hold.objects.select_related("ticket", "person", "placed_by").order_by("ended_at", "-id")
    context = {"form": form, "page": page_of(request, rows), "today": timezone.localdate()}
    return settings_page(
        request, "protection/settings/holds.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.PROTECT_DATA)
def hold_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it go again."""
    tenant: Any = request
    hold = get_object_or_404(Hold.objects.select_related("ticket", "person"), pk=pk)
    if request.method == "POST":
        hold_end(hold=hold)
        messages.success(request, _("The hold is ended."))
        return redirect(settings_url(request, "holds"))
    what = f"{tenant.provider.reference_prefix}-{hold.ticket.number}" if hold.ticket else str(hold.person)
    return confirm_page(
        request,
        heading=what,
        question=_("End this hold?"),
        consequences=[
            _("What has lived longer than its period goes at the next look, not before tomorrow night.")
        ],
        action=_("End the hold"),
        cancel_url=settings_url(request, "holds"),
    )
