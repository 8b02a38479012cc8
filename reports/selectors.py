"""Reads of reports and the live figures of a desk (Rules R1, R2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Customer, Provider
from accounts.tenancy.scope import current_provider_id
from reports.counting import fetch, quarter_figures
from reports.evidence import Evidence, evidence_from_json, evidence_of
from reports.figures import QuarterFigures, Tally, figures_from_json
from reports.models import QuarterlyReport, ReportState
from reports.pdf import report_pdf
from sla.models import ClockKind
from sla.quarters import Quarter

# Each customer's clocks are found by their own index, so the work grows with the customers that are shown.
HEADLINES = """
    SELECT customer.id AS customer_id, clock.kind,
           count(*) FILTER (WHERE clock.state = 'met') AS kept,
           count(*) FILTER (WHERE clock.state = 'missed'
                               OR clock.is_open AND clock.due_at <= %(now)s) AS missed,
           count(*) FILTER (WHERE clock.is_open AND clock.due_at > %(now)s) AS pending,
           coalesce(sum(clock.target_percent)
                    FILTER (WHERE NOT clock.is_open OR clock.due_at <= %(now)s), 0) AS target_sum,
           coalesce(sum(clock.target_percent)
                    FILTER (WHERE clock.is_open AND clock.due_at > %(now)s), 0) AS pending_target_sum
      FROM unnest(%(customers)s::bigint[]) AS customer (id)
      CROSS JOIN LATERAL (
           SELECT kind, state, due_at, target_percent, state IN ('running', 'paused') AS is_open
             FROM sla_clock
            WHERE provider_id = %(provider)s AND customer_id = customer.id
              AND counted_at >= %(start)s AND counted_at < %(end)s
              AND state <> 'void' AND apart = ''
      ) AS clock
     GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    customer_id: int
    kind: str
    kept: int
    missed: int
    pending: int
    target_sum: int
    pending_target_sum: int

    @property
    def tally(self) -> Tally:
        return Tally(
            kept=self.kept,
            missed=self.missed,
            pending=self.pending,
            target_sum=self.target_sum,
            pending_target_sum=self.pending_target_sum,
        )


@dataclass(frozen=True, slots=True)
class Headline:
    """Replies and fixes of one customer, or of a whole desk, in one quarter."""

    reply: Tally
    fix: Tally


def headlines(
    *, customer_ids: Collection[int], quarter: Quarter, zone: str, now: datetime
) -> dict[int, Headline]:
    """The live attainment of many customers in one query; empty for those without clocks (Rule S6)."""
    start, end = quarter.bounds(zone)
    rows = fetch(
        HeadlineRow,
        HEADLINES,
        {
            "provider": current_provider_id(),
            "customers": list(customer_ids),
            "start": start,
            "end": end,
            "now": now,
        },
    )
    tallies = {(row.customer_id, row.kind): row.tally for row in rows}
    return {
        key: Headline(
            reply=tallies.get((key, ClockKind.RESPONSE.value), Tally()),
            fix=tallies.get((key, ClockKind.FIX.value), Tally()),
        )
        for key in customer_ids
    }


def released_reports() -> QuerySet[QuarterlyReport]:
    """The reports that people of schools may see, the newest first; without their heavy parts."""
    return (
        QuarterlyReport.objects.filter(state=ReportState.RELEASED)
        .select_related("customer", "released_by")
        .defer("pdf", "figures", "evidence")
    )


def report_of(*, customer: Customer, quarter: Quarter) -> QuarterlyReport | None:
    """The draft or released report with its frozen figures; without PDF and evidence."""
    found = QuarterlyReport.objects.filter(customer=customer, quarter=str(quarter))
    return found.select_related("released_by").defer("pdf", "evidence").first()


def frozen_figures(report: QuarterlyReport) -> QuarterFigures:
    """The figures of a released report, as they were when it was released."""
    return figures_from_json(report.figures or {})


def pdf_of(*, provider: Provider, customer: Customer, quarter: Quarter, now: datetime) -> bytes:
    """The PDF of a report: the released bytes, or the draft drawn with the figures of `now`."""
    found = QuarterlyReport.objects.filter(customer=customer, quarter=str(quarter)).defer("evidence").first()
    if found is not None and found.pdf is not None:
        return bytes(found.pdf)
    report = found or QuarterlyReport(customer=customer, quarter=str(quarter))
    figures = quarter_figures(customer=customer, quarter=quarter, zone=provider.time_zone, now=now)
    return report_pdf(provider=provider, report=report, figures=figures)


def headline_of_desk(*, quarter: Quarter, zone: str, now: datetime) -> Headline:
    """The whole desk's live attainment (Rule R2), in two queries; its work grows with the quarter's clocks."""
    keys = list(Customer.objects.filter(is_active=True).values_list("pk", flat=True))
    schools = headlines(customer_ids=keys, quarter=quarter, zone=zone, now=now).values()
    return Headline(
        reply=sum((one.reply for one in schools), Tally()), fix=sum((one.fix for one in schools), Tally())
    )


def evidence_behind(
    report: QuarterlyReport | None, *, customer: Customer, quarter: Quarter, zone: str, now: datetime
) -> Evidence:
    """The rows behind a report: the frozen ones of a released report, else those of this moment (Rule R3)."""
    if report is not None and report.is_released:
        return evidence_from_json(report.evidence or {})
    return evidence_of(customer=customer, quarter=quarter, zone=zone, now=now)
