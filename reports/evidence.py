"""The rows behind each figure, as CSV (Rule R3): from a number in a report to the tickets that make it up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from accounts.models import Customer
from accounts.tenancy.scope import as_system
from reports.along import ASKED, REVIEWED
from reports.counting import ESCALATIONS, ClockRow, clock_rows, fetch, query_parameters
from reports.figures import EscalationStep, QuarterFigures, Reviews, Satisfaction
from sla.models import ClockKind
from sla.quarters import Quarter

TICKETS = """
    SELECT ticket.number,
           CASE WHEN ticket.is_confidential THEN %(confidential)s ELSE ticket.subject END AS subject,
           ticket.channel, level.key AS level_key, level.name AS level_name,
           coalesce(category.key, '') AS category_key, coalesce(category.name, '') AS category_name,
           ticket.logged_at, ticket.ended_at, ticket.logged_at >= %(start)s AS opened,
           coalesce(ticket.ended_at < %(end)s, false) AS ended
      FROM (SELECT *, least(fixed_at, closed_at) AS ended_at FROM tickets_ticket
             WHERE provider_id = %(provider)s AND customer_id = %(customer)s AND logged_at < %(end)s
               AND NOT closed_as = ANY (%(not_counted)s)) AS ticket
      JOIN sla_servicelevel level ON level.id = ticket.level_id
      LEFT JOIN tickets_category category ON category.id = ticket.category_id
     WHERE ticket.ended_at IS NULL OR ticket.ended_at >= %(start)s
     ORDER BY ticket.logged_at, ticket.number
"""

# Without the comment: the school's contacts read these rows, and a colleague wrote it to the provider.
ANSWERS = f"""
    SELECT ticket.number, ticket.subject, question.closed_at, question.answer, question.answered_at
    {ASKED}
     ORDER BY question.closed_at, question.id
"""

# Without what was found, which is the staff's.
REVIEWS = f"""
    SELECT ticket.number, coalesce(ticket.subject, '') AS subject, review.kind, review.outcome, review.done_at
    {REVIEWED}
     ORDER BY review.done_at, review.id
"""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A request that was open at some time in the quarter; `opened` and `ended` say what happened in it."""

    number: int
    subject: str
    channel: str
    level_key: str
    level_name: str
    category_key: str
    category_name: str
    logged_at: datetime
    ended_at: datetime | None
    opened: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A closing that was asked about; `answer` is empty while there is none."""

    number: int
    subject: str
    closed_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review and its outcome; without a ticket it was of the school as a whole."""

    number: int | None
    subject: str
    kind: str
    outcome: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the figures of a quarter were counted from."""

    clocks: tuple[ClockRow, ...]
    tickets: tuple[TicketRow, ...]
    escalations: tuple[EscalationStep, ...]
    answers: tuple[AnswerRow, ...] = ()  # of reports that were released before schools were asked
    reviews: tuple[ReviewRow, ...] = ()  # of reports that were released before there were any


Row = ClockRow | TicketRow | EscalationStep | AnswerRow | ReviewRow


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that can be traced: which rows of the evidence make it up."""

    title: str | Promise
    rows: Callable[[Evidence], Iterable[Row]]


@as_system()
def evidence_of(*, customer: Customer, quarter: Quarter, zone: str, now: datetime) -> Evidence:
    """The rows behind the figures as they stand at `now`. `zone` is the desk's."""
    parameters = query_parameters(customer=customer, quarter=quarter, zone=zone, now=now)
    return Evidence(
        clocks=tuple(clock_rows(customer=customer, quarter=quarter, zone=zone, now=now, everything=True)),
        tickets=tuple(fetch(TicketRow, TICKETS, parameters)),
        escalations=tuple(fetch(EscalationStep, ESCALATIONS, parameters)),
        answers=tuple(fetch(AnswerRow, ANSWERS, parameters)),
        reviews=tuple(fetch(ReviewRow, REVIEWS, parameters)),
    )


def _clocks(**wanted: str | bool) -> Callable[[Evidence], Iterable[Row]]:
    return lambda evidence: [
        row for row in evidence.clocks if all(getattr(row, name) == value for name, value in wanted.items())
    ]


def _decided(kind: str) -> Callable[[Evidence], Iterable[Row]]:
    return lambda evidence: [
        row
        for row in evidence.clocks
        if row.kind == kind and not row.apart_group and row.outcome in {"kept", "missed"}
    ]


def _apart(group: str) -> Callable[[Evidence], Iterable[Row]]:
    return lambda evidence: [
        row for row in evidence.clocks if row.apart_group == group and row.outcome != "pending"
    ]


def _answers(answer: str) -> Callable[[Evidence], Iterable[Row]]:
    return lambda evidence: [row for row in evidence.answers if row.answer == answer]


def _reviews(outcome: str) -> Callable[[Evidence], Iterable[Row]]:
    return lambda evidence: [row for row in evidence.reviews if row.outcome == outcome]


REPLY, FIX = ClockKind.RESPONSE.value, ClockKind.FIX.value
COUNTED: dict[str, str | bool] = {"apart_group": ""}
FIGURES: dict[str, Figure] = {
    "reply": Figure(_("Replies counted"), _decided(REPLY)),
    "reply-kept": Figure(_("Replies in time"), _clocks(kind=REPLY, outcome="kept", **COUNTED)),
    "reply-missed": Figure(_("Replies too late"), _clocks(kind=REPLY, outcome="missed", **COUNTED)),
    "reply-pending": Figure(_("Replies still due"), _clocks(kind=REPLY, outcome="pending", **COUNTED)),
    "fix": Figure(_("Fixes counted"), _decided(FIX)),
    "fix-kept": Figure(_("Fixes in time"), _clocks(kind=FIX, outcome="kept", **COUNTED)),
    "fix-kept-by-pauses": Figure(
        _("Fixes in time thanks to agreed waiting"), _clocks(kind=FIX, kept_by_pauses=True, **COUNTED)
    ),
    "fix-missed": Figure(_("Fixes too late"), _clocks(kind=FIX, outcome="missed", **COUNTED)),
    "fix-pending": Figure(_("Fixes still due"), _clocks(kind=FIX, outcome="pending", **COUNTED)),
    "misses": Figure(_("Promises missed"), _clocks(outcome="missed", **COUNTED)),
    "exempt": Figure(_("Exempt"), _apart("exempt")),
    "callout": Figure(_("Emergency callouts"), _apart("callout")),
    "monitoring": Figure(_("Raised by monitoring"), _apart("monitoring")),
    "void": Figure(_("Merged, spam or withdrawn"), _apart("void")),
    "opened": Figure(_("Requests opened"), lambda evidence: [row for row in evidence.tickets if row.opened]),
    "ended": Figure(
        _("Requests fixed or closed"), lambda evidence: [row for row in evidence.tickets if row.ended]
    ),
    "open": Figure(
        _("Requests still open"), lambda evidence: [row for row in evidence.tickets if not row.ended]
    ),
    "escalations": Figure(_("Escalations"), lambda evidence: evidence.escalations),
    "asked": Figure(_("Requests asked about"), lambda evidence: evidence.answers),
    "answered": Figure(_("Answers"), lambda evidence: [row for row in evidence.answers if row.answer]),
    "answers-good": Figure(_("Answered: good"), _answers("good")),
    "answers-all-right": Figure(_("Answered: all right"), _answers("all_right")),
    "answers-poor": Figure(_("Answered: poor"), _answers("poor")),
    "reviews": Figure(_("Reviews"), lambda evidence: evidence.reviews),
    "reviews-steps": Figure(_("Reviews: steps taken"), _reviews("steps")),
    "reviews-training": Figure(_("Reviews: training recommended"), _reviews("training")),
    "reviews-upgrade": Figure(_("Reviews: upgrade recommended"), _reviews("upgrade")),
    "reviews-nothing": Figure(_("Reviews: nothing needed"), _reviews("nothing")),
}
# What a figure can be narrowed to, as the parameters of its address name it.
NARROWING = {"level": "level_key", "channel": "channel", "category": "category_key"}


def rows_behind(figure: str, evidence: Evidence, narrowed_to: Mapping[str, str]) -> list[Row]:
    """The rows of one figure, narrowed to a level, channel or category. KeyError: no such figure."""
    columns = {NARROWING[name]: value for name, value in narrowed_to.items() if name in NARROWING}
    return [
        row
        for row in FIGURES[figure].rows(evidence)
        if all(getattr(row, column, None) == value for column, value in columns.items())
    ]


def agree(figures: QuarterFigures, evidence: Evidence) -> bool:
    """Whether the rows add up to the figures: both are read one after the other while tickets change."""

    def count(figure: str, **narrowed_to: str) -> int:
        return len(rows_behind(figure, evidence, narrowed_to))

    total, said = figures.volumes.total, figures.satisfaction or Satisfaction()
    looked = figures.reviews or Reviews()
    expected = {
        "reply-kept": figures.reply.total.kept,
        "reply-missed": figures.reply.total.missed,
        "fix-kept": figures.fix.total.kept,
        "fix-missed": figures.fix.total.missed,
        "fix-kept-by-pauses": figures.fix.total.kept_by_pauses,
        "misses": len(figures.misses),
        **{group.key: group.replies + group.fixes for group in figures.apart},
        "opened": total.opened,
        "ended": total.ended,
        "open": total.still_open,
        "escalations": len(figures.escalations),
        "asked": said.asked,
        "answered": said.answered,
        "answers-good": said.good,
        "answers-all-right": said.all_right,
        "answers-poor": said.poor,
        "reviews": looked.total,
        "reviews-steps": looked.steps,
        "reviews-training": looked.training,
        "reviews-upgrade": looked.upgrade,
        "reviews-nothing": looked.nothing,
    }
    return all(count(figure) == number for figure, number in expected.items())


@cache
def _adapter() -> TypeAdapter[Evidence]:
    return TypeAdapter(Evidence)


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    stored: dict[str, Any] = _adapter().dump_python(evidence, mode="json")
    return stored


def evidence_from_json(stored: dict[str, Any]) -> Evidence:
    """The rows of a released report. Raises pydantic's ValidationError for anything else."""
    return _adapter().validate_python(stored)
