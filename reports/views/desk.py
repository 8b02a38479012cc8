"""The staff's report: figures beside the customer success manager's words, until it is released."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from reports.counting import quarter_figures
from reports.errors import ReportError
from reports.figures import QuarterFigures
from reports.forms import WordsForm
from reports.models import QuarterlyReport
from reports.presentation import report_view
from reports.selectors import evidence_behind, frozen_figures, pdf_of, report_of
from reports.services import named_contacts, report_draft, report_release, report_write
from reports.views.answers import csv_answer, pdf_answer
from sla.quarters import Quarter


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.SEE_REPORTS)
def report(request: HttpRequest, customer: str, quarter: Quarter) -> HttpResponse:
    """Read the report; whoever writes reports saves words into its draft."""
    school = get_object_or_404(Customer, slug=customer)
    found = report_of(customer=school, quarter=quarter)
    form = WordsForm.of(found)
    if request.method == "POST":
        form = WordsForm(request.POST)
        if not may(request, Permission.WRITE_REPORTS):
            return HttpResponse(status=403)
        if form.is_valid() and _saved(request, form, school, quarter):
            return redirect("reports:report", _slug(request), school.slug, quarter)
    figures = _figures(request, found, school, quarter, timezone.now())
    context = {
        "customer": school,
        "report": found,
        "view": report_view(figures),
        "form": form,
        "may_write": may(request, Permission.WRITE_REPORTS) and not (found and found.is_released),
        "figures_url": _figures_url(request, school, quarter),
        "ticket_url_name": "desk:ticket",
        "earlier": quarter.plus(-1),
        "later": quarter.plus(1),
    }
    return render(request, "reports/report.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.WRITE_REPORTS)
def release(request: HttpRequest, customer: str, quarter: Quarter) -> HttpResponse:
    """Ask once more, then freeze the report and mail it to the school's contacts."""
    school = get_object_or_404(Customer, slug=customer)
    address = reverse("reports:report", args=[_slug(request), school.slug, quarter])
    if request.method == "POST":
        try:
            report_release(report=report_draft(customer=school, quarter=quarter))
        except ReportError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The report has been released and its contacts have been told."))
        return redirect(address)
    # As they stand now: a report that is released already is refused when it is sent.
    figures = _figures(request, None, school, quarter, timezone.now())
    context = {
        "heading": _("Release the report"),
        "question": _("Release the service report for %(school)s, %(quarter)s?")
        % {"school": school.name, "quarter": quarter.label},
        "consequences": _consequences(school, figures),
        "action": _("Release"),
        "cancel_url": address,
    }
    return render(request, "confirm.html", context)


@require_safe
@desk_view(Permission.SEE_REPORTS)
def pdf(request: HttpRequest, customer: str, quarter: Quarter) -> HttpResponse:
    """The released PDF as it was frozen, or a fresh one of the draft."""
    tenant: Any = request
    school = get_object_or_404(Customer, slug=customer)
    drawn = pdf_of(provider=tenant.provider, customer=school, quarter=quarter, now=timezone.now())
    return pdf_answer(drawn, school, quarter)


@require_safe
@desk_view(Permission.SEE_REPORTS)
def figure(request: HttpRequest, customer: str, quarter: Quarter, figure: str) -> HttpResponse:
    """The rows behind one figure, as CSV."""
    tenant: Any = request
    school = get_object_or_404(Customer, slug=customer)
    found = (
        QuarterlyReport.objects.filter(customer=school, quarter=str(quarter)).defer("pdf", "figures").first()
    )
    evidence = evidence_behind(
        found, customer=school, quarter=quarter, zone=tenant.provider.time_zone, now=timezone.now()
    )
    return csv_answer(request, figure=figure, evidence=evidence, customer=school, quarter=quarter)


def _slug(request: HttpRequest) -> str:
    tenant: Any = request
    slug: str = tenant.provider.slug
    return slug


def _figures_url(request: HttpRequest, school: Customer, quarter: Quarter) -> str:
    return reverse("reports:report", args=[_slug(request), school.slug, quarter]) + "figures/"


def _figures(
    request: HttpRequest, found: QuarterlyReport | None, school: Customer, quarter: Quarter, now: datetime
) -> QuarterFigures:
    tenant: Any = request
    if found is not None and found.is_released:
        return frozen_figures(found)
    return quarter_figures(customer=school, quarter=quarter, zone=tenant.provider.time_zone, now=now)


def _saved(request: HttpRequest, form: WordsForm, school: Customer, quarter: Quarter) -> bool:
    try:
        report_write(
            report=report_draft(customer=school, quarter=quarter),
            words=form.words,
            expected_version=form.cleaned_data["version"],
        )
    except ReportError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The words have been saved."))
    return True


def _consequences(school: Customer, figures: QuarterFigures) -> list[str]:
    people = [person.name for person in named_contacts(school.pk)]
    found = [_("Words and figures are frozen: nobody can change them afterwards.")]
    if people:
        found.append(_("These people get a mail with the link: %(names)s.") % {"names": ", ".join(people)})
    else:
        found.append(_("The school has no named contact yet, so nobody gets a mail."))
    if figures.reasons_missing:
        found.append(
            ngettext(
                "%(count)s miss has no reason yet. The school will read 'Reason still to be given'.",
                "%(count)s misses have no reason yet. The school will read 'Reason still to be given'.",
                figures.reasons_missing,
            )
            % {"count": figures.reasons_missing}
        )
    return found
