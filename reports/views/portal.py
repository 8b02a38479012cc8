"""Released reports for the named contacts of a school."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import CustomerMembership
from accounts.own_schools import of_school_chosen
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.access import contact_view
from reports.evidence import evidence_from_json
from reports.models import QuarterlyReport
from reports.presentation import report_view
from reports.selectors import frozen_figures, released_reports
from reports.services import NAMED_CONTACTS
from reports.views.answers import csv_answer, pdf_answer
from sla.quarters import Quarter


@require_safe
@contact_view(NAMED_CONTACTS)
def archive(request: HttpRequest) -> HttpResponse:
    """The reports of the person's schools, the newest first."""
    return render(
        request, "reports/portal/list.html", {"reports": of_school_chosen(request, _readable(request))}
    )


@require_safe
@contact_view(NAMED_CONTACTS)
def report(request: HttpRequest, customer: str, quarter: Quarter) -> HttpResponse:
    """One released report as it was frozen."""
    tenant: Any = request
    found = _found(_readable(request).defer("pdf", "evidence"), customer, quarter)
    address = reverse("portal_reports:report", args=[tenant.provider.slug, customer, quarter])
    sees_tickets = CustomerMembership.objects.filter(
        person=tenant.person, customer=found.customer, role__in=SEES_WHOLE_SCHOOL
    ).exists()
    context = {
        "customer": found.customer,
        "report": found,
        "view": report_view(frozen_figures(found)),
        "figures_url": f"{address}figures/",
        "ticket_url_name": "portal:ticket" if sees_tickets else "",
    }
    return render(request, "reports/portal/report.html", context)


@require_safe
@contact_view(NAMED_CONTACTS)
def pdf(request: HttpRequest, customer: str, quarter: Quarter) -> HttpResponse:
    """The PDF, the same bytes each time."""
    found = _found(_readable(request).defer("figures", "evidence"), customer, quarter)
    return pdf_answer(found.pdf or b"", found.customer, quarter, download=True)


@require_safe
@contact_view(NAMED_CONTACTS)
def figure(request: HttpRequest, customer: str, quarter: Quarter, figure: str) -> HttpResponse:
    """The rows behind one figure of a released report, as CSV."""
    found = _found(_readable(request).defer("pdf", "figures"), customer, quarter)
    evidence = evidence_from_json(found.evidence or {})
    return csv_answer(request, figure=figure, evidence=evidence, customer=found.customer, quarter=quarter)


def _readable(request: HttpRequest) -> QuerySet[QuarterlyReport]:
    """Reports are for the named contacts, not for every requester of the school (Rule T3)."""
    tenant: Any = request
    own = CustomerMembership.objects.filter(person=tenant.person, role__in=NAMED_CONTACTS)
    return released_reports().filter(customer__in=own.values("customer"))


def _found(reports: QuerySet[QuarterlyReport], customer: str, quarter: Quarter) -> QuarterlyReport:
    return get_object_or_404(reports, customer__slug=customer, quarter=str(quarter))
