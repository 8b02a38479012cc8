"""The ledger of a contract's allowances, on a page and as a file."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from contracts.models import Contract
from contracts.selectors import contracts_with_terms
from contracts.views.customers import today
from visits.allowance_lines import allowance_line, left_context
from visits.ledger_page import LedgerLine, LedgerPage, ledger_page
from visits.models import AllowanceKind
from visits.periods import DAY
from visits.views.visit import day_in


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left of a contract and its next visits: a page of its own, and part of others."""
    contract = get_object_or_404(contracts_with_terms().select_related("customer"), pk=pk)
    context = left_context(contract, today(request), for_staff=True)
    return render(request, "visits/desk/left.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """What was used and given back of one kind, line by line."""
    contract, kind, day = _asked(request, pk)
    page = ledger_page(contract, kind, day)
    span = page.allowance.span
    context: dict[str, Any] = {
        "contract": contract,
        "page": page,
        "line": allowance_line(page.allowance),
        "lines": page.lines[::-1],
        "tabs": [
            {"label": one.label, "url": f"?kind={one}&day={day.isoformat()}", "current": one == kind}
            for one in AllowanceKind
        ],
        "before": f"?kind={kind}&day={(span.first - DAY).isoformat()}"
        if span.first > contract.starts_on
        else "",
        "after": f"?kind={kind}&day={(span.last + DAY).isoformat()}" if span.last < today(request) else "",
        "query": f"kind={kind}&day={day.isoformat()}",
    }
    return render(request, "visits/desk/ledger.html", context)


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def ledger_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The same lines as a file, in the order in which they were entered."""
    contract, kind, day = _asked(request, pk)
    page = ledger_page(contract, kind, day)
    response = HttpResponse(_csv(page), content_type="text/csv; charset=utf-8")
    name = f"{contract.customer.slug}-{kind}-{page.allowance.span.first.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(page: LedgerPage) -> str:
    heads = [_("Counts on"), _("Why"), _("Number"), _("Left"), _("Entered"), _("By"), _("Note")]
    first: list[object] = [page.allowance.span.first, _("Granted"), page.granted, page.granted, "", "", ""]
    return csv_text(heads, [first, *map(_cells, page.lines)])


def _cells(line: LedgerLine) -> list[object]:
    entry = line.entry
    at = timezone.localtime(entry.at).isoformat(timespec="minutes")
    return [entry.day, entry.get_cause_display(), entry.quantity, line.left, at, line.by, entry.note]


def _asked(request: HttpRequest, pk: int) -> tuple[Contract, AllowanceKind, date]:
    contract: Contract = get_object_or_404(contracts_with_terms().select_related("customer"), pk=pk)
    asked = request.GET.get("kind", "")
    kind = AllowanceKind(asked) if asked in AllowanceKind.values else AllowanceKind.SCHEDULED_VISIT
    return contract, kind, day_in(request, today(request))
