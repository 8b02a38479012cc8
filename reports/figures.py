"""The figures of one customer's quarter, as frozen values (Rules R1, S6). `reports.counting` fills them.

A released report stores them as JSON; `figures_to_json` and `figures_from_json` are each other's inverse.
Instants are in UTC, working time is in minutes.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

PER_CENT = 100
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises of one kind: how many were kept and missed, against which target (Rule S6).

    `target_sum` adds up the target percentage of each counted promise, so that promises under different
    targets (Rule P8) are compared exactly and in whole numbers. `kept_by_pauses` are those kept only because
    the terms grant a pause (Rule S10). `pending` ones fall due later in the quarter: in neither number yet.
    """

    kept: int = 0
    missed: int = 0
    kept_by_pauses: int = 0
    pending: int = 0
    target_sum: int = 0
    pending_target_sum: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            kept=self.kept + other.kept,
            missed=self.missed + other.missed,
            kept_by_pauses=self.kept_by_pauses + other.kept_by_pauses,
            pending=self.pending + other.pending,
            target_sum=self.target_sum + other.target_sum,
            pending_target_sum=self.pending_target_sum + other.pending_target_sum,
        )

    @property
    def counted(self) -> int:
        return self.kept + self.missed

    @property
    def kept_without_pauses(self) -> int:
        """How many of the same promises would have been kept had no clock ever paused."""
        return self.kept - self.kept_by_pauses

    @property
    def on_target(self) -> bool | None:
        """Whether the target was reached, in whole numbers; None when nothing was counted."""
        return self.kept * PER_CENT >= self.target_sum if self.counted else None

    @property
    def on_target_without_pauses(self) -> bool | None:
        return self.kept_without_pauses * PER_CENT >= self.target_sum if self.counted else None

    @property
    def tenths(self) -> int | None:
        """The share kept in tenths of a per cent, rounded down: never shown better than it was."""
        return share_in_tenths(self.kept, self.counted)

    @property
    def tenths_without_pauses(self) -> int | None:
        return share_in_tenths(self.kept_without_pauses, self.counted)

    @property
    def target_tenths(self) -> int | None:
        """The target in tenths of a per cent, rounded up; a mean where the promises had different targets."""
        known = self.counted + self.pending
        total = self.target_sum + self.pending_target_sum
        return -(-total * TENTHS // known) if known else None

    @property
    def affordable(self) -> int:
        """How many of the pending promises may be missed with the target reached in the end (Rule R2).

        Negative: so many misses too many for the promises that are known by now.
        """
        known = self.counted + self.pending
        target = self.target_sum + self.pending_target_sum
        return (known * PER_CENT - target) // PER_CENT - self.missed


def share_in_tenths(part: int, whole: int) -> int | None:
    """So many tenths of a per cent, rounded down. None of nothing: there is no percentage of zero."""
    return part * PER_CENT * TENTHS // whole if whole else None


@dataclass(frozen=True, slots=True)
class LevelTally:
    key: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class QuarterTally:
    """One point of a trend. `quarter` is written '2026Q3'."""

    quarter: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Attainment:
    """How one kind of promise ('response' or 'fix') was kept: in total, by level, in the last quarters."""

    kind: str
    total: Tally
    levels: tuple[LevelTally, ...]
    trend: tuple[QuarterTally, ...]  # the oldest first; the last is this quarter


@dataclass(frozen=True, slots=True)
class Miss:
    """One missed promise. `late_minutes`: working time from the deadline to the end, or to `as_of`."""

    ticket: int | None
    subject: str
    level: str
    kind: str
    due_at: datetime
    ended_at: datetime | None
    late_minutes: int | None
    cause: str  # empty: the reason is still to be given
    words: str


@dataclass(frozen=True, slots=True)
class ApartClock:
    """An exempt promise or an emergency callout: outside both numbers, but never hidden (Rules S6, S8)."""

    group: str
    ticket: int | None
    subject: str
    level: str
    kind: str
    started_at: datetime
    ended_at: datetime | None
    worked_minutes: int | None  # working time from start to end


@dataclass(frozen=True, slots=True)
class ApartGroup:
    """How many promises are reported apart for one reason: exempt, callout, monitoring or void."""

    key: str
    replies: int
    fixes: int


@dataclass(frozen=True, slots=True)
class Volume:
    """Requests of one level, channel or category. `ended` means fixed, or closed without a fix."""

    key: str
    name: str
    opened: int
    ended: int
    still_open: int


@dataclass(frozen=True, slots=True)
class Volumes:
    total: Volume
    levels: tuple[Volume, ...]
    channels: tuple[Volume, ...]
    categories: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class EscalationStep:
    ticket: int
    subject: str
    to_stage: int
    trigger: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What was answered to 'How did we do?' about the requests that were closed in the quarter (Rule I6)."""

    asked: int = 0
    good: int = 0
    all_right: int = 0
    poor: int = 0

    @property
    def answered(self) -> int:
        return self.good + self.all_right + self.poor

    @property
    def tenths(self) -> int | None:
        """The share of good answers in tenths of a per cent, rounded down; none without an answer."""
        return share_in_tenths(self.good, self.answered)


@dataclass(frozen=True, slots=True)
class Reviews:
    """What came of the reviews whose outcome was recorded in the quarter (Rule S12)."""

    steps: int = 0
    training: int = 0
    upgrade: int = 0
    nothing: int = 0

    @property
    def total(self) -> int:
        return self.steps + self.training + self.upgrade + self.nothing


@dataclass(frozen=True, slots=True)
class QuarterFigures:
    """Everything that a report shows in numbers. `as_of` is the instant at which it was counted."""

    customer: str
    quarter: str
    time_zone: str
    as_of: datetime
    is_running: bool  # the quarter had not ended at `as_of`
    reply: Attainment
    fix: Attainment
    misses: tuple[Miss, ...]
    apart: tuple[ApartGroup, ...]
    apart_clocks: tuple[ApartClock, ...]
    volumes: Volumes
    escalations: tuple[EscalationStep, ...]
    satisfaction: Satisfaction | None = None  # of reports that were released before schools were asked
    reviews: Reviews | None = None  # of reports that were released before there were any

    @property
    def promises(self) -> tuple[Attainment, Attainment]:
        return (self.reply, self.fix)

    @property
    def on_target(self) -> bool | None:
        """Whether every kind of promise that was counted reached its target; None when none was counted."""
        verdicts = [one.total.on_target for one in self.promises if one.total.counted]
        return all(verdicts) if verdicts else None

    @property
    def reasons_missing(self) -> int:
        return sum(not miss.cause for miss in self.misses)


@cache
def _adapter() -> TypeAdapter[QuarterFigures]:
    return TypeAdapter(QuarterFigures)


def figures_to_json(figures: QuarterFigures) -> dict[str, Any]:
    stored: dict[str, Any] = _adapter().dump_python(figures, mode="json")
    return stored


def figures_from_json(stored: dict[str, Any]) -> QuarterFigures:
    """The figures of a released report. Raises pydantic's ValidationError for anything else."""
    return _adapter().validate_python(stored)
