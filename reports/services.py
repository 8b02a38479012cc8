"""Writes of quarterly reports: drafted, completed with words, released once and then immutable (Rule R1)."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Customer, CustomerMembership, CustomerRole, Person, Provider
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from reports.counting import quarter_figures
from reports.errors import AlreadyReleased, FiguresMoved, QuarterRunning, StaleReport
from reports.evidence import Evidence, agree, evidence_of, evidence_to_json
from reports.figures import QuarterFigures, figures_to_json
from reports.mail_kinds import RELEASED
from reports.models import QuarterlyReport, ReportState
from reports.pdf import report_pdf
from sla.quarters import Quarter

# Who gets the report and sees the archive: the four named contacts (Rule T3).
NAMED_CONTACTS = frozenset(CustomerRole) - {CustomerRole.REQUESTER}
ATTEMPTS = 3


class Words(NamedTuple):
    """What people write into a report."""

    introduction: str = ""
    about_misses: str = ""
    next_steps: str = ""

    @classmethod
    def of(cls, report: QuarterlyReport) -> "Words":
        return cls(report.introduction, report.about_misses, report.next_steps)


@transaction.atomic
def report_draft(*, customer: Customer, quarter: Quarter) -> QuarterlyReport:
    """The report of this quarter, made as a draft where there is none. Calling it again changes nothing."""
    report, is_new = QuarterlyReport.objects.defer("pdf", "figures", "evidence").get_or_create(
        customer=customer, quarter=str(quarter)
    )
    if is_new:
        audit_record(action="report.drafted", target=report)
    return report


@transaction.atomic
def report_write(*, report: QuarterlyReport, words: Words, expected_version: int) -> QuarterlyReport:
    """Save the words of a draft. Raises AlreadyReleased, and StaleReport if somebody saved since then."""
    _lock(report)
    if report.version != expected_version:
        raise StaleReport
    changed = [name for name, text in words._asdict().items() if getattr(report, name) != text]
    if not changed:
        return report
    for name in changed:
        setattr(report, name, getattr(words, name))
    report.version += 1
    report.save(update_fields=[*changed, "version"])
    audit_record(action="report.written", target=report, reason=", ".join(changed))
    return report


@transaction.atomic
def report_release(*, report: QuarterlyReport, now: datetime | None = None) -> QuarterlyReport:
    """Freeze words, figures, their rows and the PDF, and mail the named contacts the link to it.

    Raises AlreadyReleased, QuarterRunning before the quarter's end, and FiguresMoved if the tickets of the
    quarter kept changing while they were counted.
    """
    _lock(report)
    now = now or timezone.now()
    provider = current_provider()
    if now < report.of.bounds(provider.time_zone).end:
        raise QuarterRunning
    figures, evidence = _counted(report, provider, now)
    report.state = ReportState.RELEASED
    report.released_at, report.released_by_id = now, current_scope().person_id
    report.figures, report.evidence = figures_to_json(figures), evidence_to_json(evidence)
    report.pdf = report_pdf(provider=provider, report=report, figures=figures)
    report.sha256 = hashlib.sha256(report.pdf).hexdigest()
    report.version += 1
    report.save()
    audit_record(action="report.released", target=report, reason=report.sha256)
    _tell_contacts(report, provider)
    return report


def named_contacts(customer_id: int) -> list[Person]:
    """The people of a school whom its report is for."""
    members = CustomerMembership.objects.filter(customer_id=customer_id, role__in=NAMED_CONTACTS)
    return list(Person.objects.filter(pk__in=members.values("person"), is_active=True))


def _lock(report: QuarterlyReport) -> None:
    report.refresh_from_db(from_queryset=QuarterlyReport.objects.select_for_update().defer("pdf"))
    if report.is_released:
        raise AlreadyReleased


def _counted(report: QuarterlyReport, provider: Provider, now: datetime) -> tuple[QuarterFigures, Evidence]:
    """Figures and rows that agree. Each query sees what is committed when it starts, so they are compared."""
    for _attempt in range(ATTEMPTS):
        figures = quarter_figures(
            customer=report.customer, quarter=report.of, zone=provider.time_zone, now=now
        )
        evidence = evidence_of(customer=report.customer, quarter=report.of, zone=provider.time_zone, now=now)
        if agree(figures, evidence):
            return figures, evidence
    raise FiguresMoved


def _tell_contacts(report: QuarterlyReport, provider: Provider) -> None:
    path = reverse("portal_reports:report", args=[provider.slug, report.customer.slug, report.of])
    manager = report.customer.success_manager
    for person in named_contacts(report.customer_id):
        words = mail_words(
            RELEASED,
            {
                "person.first_name": person.first_name,
                "person.name": person.name,
                "report.school": report.customer.name,
                "report.quarter": report.of.label,
                "report.link": f"{settings.BASE_URL}{path}",
                "report.checksum": report.sha256,
                "manager.name": manager.name if manager else "",
            },
        )
        mail_enqueue(
            purpose=MailPurpose.REPORT,
            recipients=[person.email],
            subject=words.subject,
            text=words.text,
            html=words.html,
            customer_id=report.customer_id,
        )
