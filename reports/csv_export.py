"""Rows as CSV for spreadsheets: times in the desk's zone, no cell that a spreadsheet would run as a formula."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.spreadsheets import csv_text
from reports.counting import ClockRow
from reports.evidence import AnswerRow, ReviewRow, Row, TicketRow
from reports.figures import EscalationStep
from reviews.models import ReviewKind, ReviewOutcome
from satisfaction.models import Answer
from sla.models import Apart, ClockKind
from tickets.models import Channel, EscalationStage, EscalationTrigger, MissCause


def rows_as_csv(rows: Sequence[Row], *, prefix: str, zone: str) -> str:
    """The rows with a line of headings; `prefix` stands before ticket numbers. All rows are of one kind."""
    cells = _Cells(prefix, ZoneInfo(zone))
    kind = type(rows[0]) if rows else None
    return csv_text(cells.headings(kind), (cells.of(row) for row in rows))


class _Cells:
    def __init__(self, prefix: str, zone: ZoneInfo) -> None:
        self._prefix = prefix
        self._zone = zone

    def headings(self, kind: type | None) -> list[str]:
        if kind is TicketRow:
            return [
                _("Request"), _("Subject"), _("Level"), _("Channel"), _("Category"), _("Logged"),
                _("Fixed or closed"),
            ]  # fmt: skip
        if kind is EscalationStep:
            return [_("Request"), _("Subject"), _("Escalated to"), _("How"), _("Reason"), _("When")]
        if kind is AnswerRow:
            return [_("Request"), _("Subject"), _("Closed"), _("Answer"), _("Answered")]
        if kind is ReviewRow:
            return [_("Request"), _("Subject"), _("Looked at because"), _("Outcome"), _("Done")]
        return [
            _("Request"), _("Subject"), _("Promise"), _("Level"), _("Target in per cent"), _("Started"), _("Due"),
            _("Due without waiting"), _("Ended"), _("Counted on"), _("Outcome"), _("Kept only by agreed waiting"),
            _("Reported apart as"), _("Reason of the miss"), _("In words"),
        ]  # fmt: skip

    def of(self, row: Row) -> list[str]:
        if isinstance(row, TicketRow):
            return self._ticket(row)
        if isinstance(row, EscalationStep):
            return self._escalation(row)
        if isinstance(row, AnswerRow):
            return self._answer(row)
        if isinstance(row, ReviewRow):
            return self._review(row)
        return self._clock(row)

    def _ticket(self, row: TicketRow) -> list[str]:
        return [
            self._reference(row.number), row.subject, row.level_name, str(Channel(row.channel).label),
            row.category_name, self._time(row.logged_at), self._time(row.ended_at),
        ]  # fmt: skip

    def _escalation(self, row: EscalationStep) -> list[str]:
        return [
            self._reference(row.ticket), row.subject, str(EscalationStage(row.to_stage).label),
            str(EscalationTrigger(row.trigger).label), row.reason, self._time(row.at),
        ]  # fmt: skip

    def _answer(self, row: AnswerRow) -> list[str]:
        return [
            self._reference(row.number), row.subject, self._time(row.closed_at),
            str(Answer(row.answer).label) if row.answer else "", self._time(row.answered_at),
        ]  # fmt: skip

    def _review(self, row: ReviewRow) -> list[str]:
        return [
            self._reference(row.number), row.subject, str(ReviewKind(row.kind).label),
            str(ReviewOutcome(row.outcome).label), self._time(row.done_at),
        ]  # fmt: skip

    def _clock(self, row: ClockRow) -> list[str]:
        return [
            self._reference(row.number), row.subject, str(ClockKind(row.kind).label), row.level_name,
            str(row.target_percent), self._time(row.started_at), self._time(row.due_at),
            self._time(row.due_without_pauses_at), self._time(row.ended_at), self._time(row.counted_at),
            outcome_words(row.outcome), _("yes") if row.kept_by_pauses else "", group_words(row.apart_group),
            str(MissCause(row.cause).label) if row.cause else "", row.words,
        ]  # fmt: skip

    def _reference(self, number: int | None) -> str:
        return "" if number is None else f"{self._prefix}-{number}"

    def _time(self, at: datetime | None) -> str:
        return "" if at is None else at.astimezone(self._zone).isoformat(timespec="seconds")


def outcome_words(outcome: str) -> str:
    """'kept', 'missed', 'pending' or 'void' in words."""
    return {"kept": _("Kept"), "missed": _("Missed"), "pending": _("Still due"), "void": _("Not counted")}[
        outcome
    ]


def group_words(group: str) -> str:
    """Why a promise is reported apart; nothing where it is counted."""
    if group == "void":
        return _("Merged, spam or withdrawn")
    return str(Apart(group).label) if group else ""
