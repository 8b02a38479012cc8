"""Answers that staff and schools get alike: a PDF, and the rows behind a figure."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import Customer
from reports.csv_export import rows_as_csv
from reports.evidence import FIGURES, Evidence, rows_behind
from sla.quarters import Quarter


def file_name(customer: Customer, quarter: Quarter, what: str) -> str:
    return f"{customer.slug}-{quarter}-{what}"


def pdf_answer(
    pdf: bytes | memoryview, customer: Customer, quarter: Quarter, *, download: bool = False
) -> HttpResponse:
    """A report's PDF, shown in the browser or, for `download`, saved."""
    shown = "attachment" if download else "inline"
    answer = HttpResponse(bytes(pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'{shown}; filename="{file_name(customer, quarter, "report.pdf")}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def csv_answer(
    request: HttpRequest, *, figure: str, evidence: Evidence, customer: Customer, quarter: Quarter
) -> HttpResponse:
    """The rows behind one figure, narrowed by the address's parameters (Rule R3). 404: no such figure."""
    if figure not in FIGURES:
        raise Http404
    provider: Any = request.provider  # type: ignore[attr-defined]
    rows = rows_behind(figure, evidence, request.GET.dict())
    text = rows_as_csv(rows, prefix=provider.reference_prefix, zone=provider.time_zone)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(customer, quarter, figure)}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
