"""How a clock looks to people: one of the states that the pages tell apart, with the time that matters now.

Four running states are told apart (running, waiting on somebody, outside hours, no visit booked), and four ends.
Templates turn a face into icon, words and colour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla.calendars import working_time_of
from sla.models import Apart, Clock, ClockState
from sla.working_time import Timeline


class Face(StrEnum):
    DUE = "due"
    DUE_SOON = "due_soon"
    OUTSIDE_HOURS = "outside_hours"
    WAITING = "waiting"
    NO_VISIT = "no_visit"
    MET = "met"
    MISSED = "missed"
    EXEMPT = "exempt"
    NOT_COUNTED = "plain"


@dataclass(frozen=True, slots=True)
class ClockFace:
    """`minutes` is working time: left until the deadline, or late since it. `resumes_at` is the next opening."""

    clock: Clock
    face: Face
    minutes: int = 0
    resumes_at: datetime | None = None

    @property
    def kind(self) -> str:
        return self.clock.kind

    @property
    def is_open(self) -> bool:
        return self.clock.is_open


def face_of(clock: Clock | None, now: datetime) -> ClockFace | None:
    """The face of a clock at `now`, None for none."""
    if clock is None:
        return None
    return _ended(clock, now) or _running(clock, now, working_time_of(clock.calendar_version_id))


def _ended(clock: Clock, now: datetime) -> ClockFace | None:
    if clock.state == ClockState.VOID:
        return ClockFace(clock, Face.NOT_COUNTED)
    if clock.apart in {Apart.EXEMPT, Apart.CALLOUT}:
        return ClockFace(clock, Face.EXEMPT)
    if clock.state == ClockState.MET:
        return ClockFace(clock, Face.MET)
    if clock.state == ClockState.MISSED:
        return ClockFace(clock, Face.MISSED, _late(clock, clock.ended_at or now))
    if clock.state == ClockState.PAUSED:
        return ClockFace(clock, Face.WAITING)
    return ClockFace(clock, Face.NO_VISIT) if clock.due_at is None else None


def _running(clock: Clock, now: datetime, times: Timeline) -> ClockFace:
    due = clock.due_at
    if due is None or now > due:
        return ClockFace(clock, Face.MISSED, _late(clock, now))
    left = _minutes(times.elapsed(now, due))
    if not times.is_open(now):
        return ClockFace(clock, Face.OUTSIDE_HOURS, left, times.next_opening(now))
    soon = clock.warn_at is not None and now >= clock.warn_at
    return ClockFace(clock, Face.DUE_SOON if soon else Face.DUE, left)


def _late(clock: Clock, until: datetime) -> int:
    if clock.due_at is None or until <= clock.due_at:
        return 0
    return _minutes(working_time_of(clock.calendar_version_id).elapsed(clock.due_at, until))


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
