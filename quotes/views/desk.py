"""Quotes in the desk: the list, the file, one quote."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from accounts.views.paging import page_of
from contracts.views.customers import today
from quotes.forms import QuoteFilterForm
from quotes.models import Quote, QuoteState
from quotes.origins import origin_of
from quotes.presentation import QuoteFace, face_of
from quotes.references import quote_reference
from quotes.selectors import quotes_of_desk
from quotes.services.writing import sending_problems


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def quote_list(request: HttpRequest) -> HttpResponse:
    """Every quote, the newest first; narrowed by state, school and words."""
    tenant: Any = request
    page = page_of(request, _wanted(request))
    context = {
        "form": QuoteFilterForm(request.GET),
        "page": page,
        "faces": [face_of(quote, tenant.provider, today(request)) for quote in page.rows],
        "clear_url": "?" if request.GET else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "quotes/desk/list.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def quote_csv(request: HttpRequest) -> HttpResponse:
    """The same quotes as a file; amounts in pounds."""
    tenant: Any = request
    heads = (
        _("Quote"), _("School"), _("What it is for"), _("State"), _("Asked for"), _("Sent"), _("Valid until"),
        _("Decided"), _("Purchase order"), _("Net"), _("VAT"), _("Gross"),
    )  # fmt: skip
    faces = (face_of(quote, tenant.provider, today(request)) for quote in _wanted(request))
    content = csv_text(heads, map(_cells, faces))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="quotes.csv"'
    return response


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def quote_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One quote: what is offered, its history, and what can be done next."""
    tenant: Any = request
    rows = Quote.objects.select_related("customer__success_manager", "asked_by", "revises")
    quote = get_object_or_404(rows.prefetch_related("lines"), pk=pk)
    may_write = Permission.MANAGE_CONTRACTS in tenant.permissions
    is_draft = quote.state == QuoteState.DRAFT
    revision = Quote.objects.filter(revises=quote).first()
    context = {
        "face": face_of(quote, tenant.provider, today(request)),
        "quote": quote,
        "steps": quote.steps.select_related("by"),
        "problems": sending_problems(quote, today(request)) if is_draft and may_write else [],
        "may_write": may_write,
        "revision": revision,
        "revision_reference": quote_reference(tenant.provider, revision) if revision else "",
        "revises_reference": quote_reference(tenant.provider, quote.revises) if quote.revises else "",
        "origin": origin_of(quote),
    }
    return render(request, "quotes/desk/quote.html", context)


def _wanted(request: HttpRequest) -> Any:
    form = QuoteFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    school = chosen.get("school")
    return quotes_of_desk(
        state=chosen.get("state", ""),
        school=school.slug if school else "",
        words=chosen.get("q", ""),
        today=today(request),
    )


def _cells(face: QuoteFace) -> list[object]:
    quote, totals = face.quote, face.quote.totals
    return [
        face.reference, quote.customer.name, quote.subject, str(face.words), _minute(quote.asked_at),
        _minute(quote.sent_at), quote.valid_until, _minute(quote.decided_at), quote.purchase_order, totals.net,
        totals.vat, totals.gross,
    ]  # fmt: skip


def _minute(at: datetime | None) -> str:
    """In the reader's zone."""
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
