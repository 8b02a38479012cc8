"""The answers in the desk: the list, its file, and the settings of the question (Rule I6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url, slug_of
from accounts.views.paging import page_of
from satisfaction.forms import UNANSWERED, SatisfactionFilterForm, SatisfactionSettingsForm
from satisfaction.models import Answer, SatisfactionQuestion
from satisfaction.selectors import questions_readable, settings_now
from satisfaction.services import satisfaction_settings_save
from sla.quarters import Quarter
from tickets.references import ticket_reference

QUARTERS_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Share:
    """How many were asked and answered in what the list shows."""

    asked: int
    answered: int
    good: int

    @property
    def percent(self) -> int | None:
        """Rounded down; there is none of nothing."""
        return self.good * 100 // self.answered if self.answered else None


@require_safe
@desk_view(Permission.SEE_SATISFACTION)
def answer_list(request: HttpRequest) -> HttpResponse:
    """What schools answered, the newest first, and the share of good answers."""
    tenant: Any = request
    form = _form(request)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, _listed(_within(request, chosen), chosen))
    context = {
        "form": form,
        "page": page,
        "rows": [
            {"question": one, "reference": ticket_reference(tenant.provider, one.ticket.number)}
            for one in page.rows
        ],
        "share": _share(_within(request, chosen)),
        "clear_url": "?" if any(chosen.values()) else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "satisfaction/desk/list.html", context)


@require_safe
@desk_view(Permission.SEE_SATISFACTION)
def answer_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    tenant: Any = request
    form = _form(request)
    chosen = form.cleaned_data if form.is_valid() else {}
    heads = (
        _("Ticket"), _("Subject"), _("School"), _("Asked"), _("Closed"), _("Mailed"), _("Answer"), _("Comment"),
        _("Answered"),
    )  # fmt: skip
    rows = (
        [
            ticket_reference(tenant.provider, one.ticket.number), one.ticket.subject, one.customer.name,
            one.person.name, _minute(one.closed_at), _minute(one.mailed_at), one.get_answer_display(), one.comment,
            _minute(one.answered_at),
        ]
        for one in _listed(_within(request, chosen), chosen)
    )  # fmt: skip
    response = HttpResponse(csv_text(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="satisfaction.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def satisfaction_settings(request: HttpRequest) -> HttpResponse:
    """Whether schools are asked, and how often one person is mailed."""
    row = settings_now()
    initial = {"is_asked": row.is_asked, "gap_days": row.gap_days}
    form = SatisfactionSettingsForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        satisfaction_settings_save(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, "satisfaction"))
    home = reverse("settings:satisfaction", args=[slug_of(request)])
    return settings_form_page(request, form, heading=_("Satisfaction"), action=_("Save"), cancel_url=home)


def _form(request: HttpRequest) -> SatisfactionFilterForm:
    tenant: Any = request
    this = Quarter.at(timezone.now(), tenant.provider.time_zone)
    return SatisfactionFilterForm(request.GET, quarters=list(reversed(this.last(QUARTERS_OFFERED))))


def _within(request: HttpRequest, chosen: Mapping[str, Any]) -> QuerySet[SatisfactionQuestion]:
    """Those of the school and quarter that were chosen."""
    tenant: Any = request
    rows = questions_readable()
    if chosen.get("school"):
        rows = rows.filter(customer=chosen["school"])
    if chosen.get("quarter"):
        start, end = Quarter.parse(chosen["quarter"]).bounds(tenant.provider.time_zone)
        rows = rows.filter(closed_at__gte=start, closed_at__lt=end)
    return rows


def _listed(
    rows: QuerySet[SatisfactionQuestion], chosen: Mapping[str, Any]
) -> QuerySet[SatisfactionQuestion]:
    rows = rows.select_related("ticket", "customer", "person")
    if chosen.get("answer") == UNANSWERED:
        return rows.filter(answered_at__isnull=True).order_by("-closed_at", "-id")
    rows = rows.filter(answered_at__isnull=False)
    if chosen.get("answer"):
        rows = rows.filter(answer=chosen["answer"])
    return rows.order_by("-answered_at", "-id")


def _share(rows: QuerySet[SatisfactionQuestion]) -> Share:
    numbers = rows.aggregate(
        asked=Count("id"),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        good=Count("id", filter=Q(answer=Answer.GOOD)),
    )
    return Share(**numbers)


def _minute(at: datetime | None) -> str:
    """In the reader's zone."""
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
