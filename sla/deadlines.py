"""The deadline of one clock as a function of its start, its allowance, its pauses and its calendar; nothing
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.working_time import NeverOpens, Pause, Timeline


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a clock is due and when to warn, in UTC.

    None: it waits, or its calendar has no opening left to run in (no visit is booked, Rule S7).
    """

    due_at: datetime | None
    warn_at: datetime | None
    due_without_pauses_at: datetime | None


def warn_allowance(allowance_minutes: int, warn_percent: int) -> timedelta:
    """The working time after which somebody is warned (Rule S11), to the microsecond."""
    return timedelta(microseconds=allowance_minutes * warn_percent * 600_000)


def deadline_of(
    timeline: Timeline,
    *,
    started_at: datetime,
    allowance_minutes: int,
    warn_percent: int,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """The deadline of one clock (rules S4, S10). `many_deadlines` gives the same answers for many."""
    allowance = timedelta(minutes=allowance_minutes)

    def reached(working: timedelta, standing_still: Sequence[Pause]) -> datetime | None:
        try:
            return timeline.add_with_pauses(started_at, working, standing_still)
        except NeverOpens:
            return None

    due_at = reached(allowance, pauses)
    return Deadline(
        due_at=due_at,
        warn_at=reached(warn_allowance(allowance_minutes, warn_percent), pauses),
        due_without_pauses_at=reached(allowance, ()) if pauses else due_at,
    )
