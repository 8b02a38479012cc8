"""Why a deadline is where it is: for a page, for JSON, and in plain sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.calendars import calendar_version_pin, working_time_of
from sla.deadlines import deadline_of
from sla.models import (
    BusinessCalendar,
    Clock,
    ClockEvent,
    ClockEventKind,
    ClockKind,
    ClockPause,
    ServiceLevel,
)
from sla.terms import ClockTerms
from sla.working_time import Counted, Pause, Reason, ReasonKind, Timeline, TraceRow
from sla.working_time.zones import load_zone

_TOLD = [
    ClockEventKind.RECOMPUTED,
    ClockEventKind.RESTARTED,
    ClockEventKind.REINSTATED,
    ClockEventKind.WARNED,
    ClockEventKind.BREACHED,
    ClockEventKind.SET_APART,
    ClockEventKind.VOIDED,
    ClockEventKind.UNVOIDED,
]


@dataclass(frozen=True, slots=True)
class PauseLine:
    """A time in which the clock stood still (Rule S10); `ends_at` None: it still does."""

    waiting_for: str
    reason: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A step or a recomputation, with who and why. `old_due_at` is the deadline before it (Rule S13)."""

    at: datetime
    kind: str
    label: str
    cause: str
    who: str
    old_due_at: datetime | None
    new_due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class DeadlineTrace:
    """Everything that made a deadline, in UTC; `local` gives the calendar's time. `rows` leave no hole."""

    kind: str
    level: str
    allowance_minutes: int
    target_percent: int
    calendar: str
    time_zone: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    rows: tuple[TraceRow, ...]
    pauses: tuple[PauseLine, ...]
    changes: tuple[ChangeLine, ...]

    def local(self, instant: datetime) -> datetime:
        """The instant in the calendar's zone."""
        return instant.astimezone(load_zone(self.time_zone))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; instants as ISO 8601 with the calendar's offset, working time in seconds."""
        return {
            "kind": self.kind,
            "level": self.level,
            "allowance_minutes": self.allowance_minutes,
            "target_percent": self.target_percent,
            "calendar": self.calendar,
            "time_zone": self.time_zone,
            "started_at": self._iso(self.started_at),
            "due_at": self._iso(self.due_at),
            "ended_at": self._iso(self.ended_at),
            "rows": [self._row(row) for row in self.rows],
            "pauses": [
                {
                    "waiting_for": pause.waiting_for,
                    "reason": pause.reason,
                    "starts_at": self._iso(pause.starts_at),
                    "ends_at": self._iso(pause.ends_at),
                }
                for pause in self.pauses
            ],
            "changes": [
                {
                    "at": self._iso(change.at),
                    "kind": change.kind,
                    "cause": change.cause,
                    "who": change.who,
                    "old_due_at": self._iso(change.old_due_at),
                    "new_due_at": self._iso(change.new_due_at),
                    "is_late": change.is_late,
                }
                for change in self.changes
            ],
        }

    def sentences(self) -> list[str]:
        """The same in words, for a person who has never seen a clock."""
        calendar = {"calendar": self.calendar, "zone": self.time_zone}
        lines = [
            _("Started %(when)s.") % {"when": self._when(self.started_at)},
            _("Allowed: %(time)s of working time (%(level)s), counted in %(calendar)s, %(zone)s time.")
            % {
                "time": duration_words(timedelta(minutes=self.allowance_minutes)),
                "level": self.level,
                **calendar,
            },
            *(self._row_words(row) for row in self.rows),
        ]
        if self.due_at is None:
            lines.append(
                _("There is no deadline now: the clock waits, or there is no opening left for it to run in.")
            )
        else:
            lines.append(_("Due %(when)s.") % {"when": self._when(self.due_at)})
        if self.ended_at is not None:
            lines.append(_("Ended %(when)s.") % {"when": self._when(self.ended_at)})
        return [*lines, *(self._change_words(change) for change in self.changes)]

    def _iso(self, instant: datetime | None) -> str | None:
        return None if instant is None else self.local(instant).isoformat()

    def _when(self, instant: datetime) -> str:
        return date_format(self.local(instant), "D j M Y H:i")

    def _row(self, row: TraceRow) -> dict[str, Any]:
        common = {"from": self._iso(row.starts), "to": self._iso(row.ends)}
        if isinstance(row, Counted):
            return {
                **common,
                "counted": True,
                "working_seconds": row.working.total_seconds(),
                "total_seconds": row.running_total.total_seconds(),
            }
        reasons = [
            {"kind": reason.kind.value, "name": reason.name, "layer": reason.layer} for reason in row.reasons
        ]
        return {
            **common,
            "counted": False,
            "reasons": reasons,
            "withheld_seconds": row.withheld.total_seconds(),
        }

    def _row_words(self, row: TraceRow) -> str:
        span = {"from": self._when(row.starts), "to": self._when(row.ends)}
        if isinstance(row, Counted):
            counted = {"time": duration_words(row.working), "total": duration_words(row.running_total)}
            return _("%(from)s to %(to)s: %(time)s counted, %(total)s in all.") % {**span, **counted}
        reasons = ", ".join(dict.fromkeys(reason_words(reason) for reason in row.reasons))
        return _("%(from)s to %(to)s: not counted (%(reasons)s).") % {**span, "reasons": reasons}

    def _change_words(self, change: ChangeLine) -> str:
        what = f"{self._when(change.at)}: {change.label}"
        if change.is_late:
            what = _("%(what)s, late after an outage") % {"what": what}
        if change.old_due_at != change.new_due_at:
            old, new = (
                self._when(due) if due else _("none") for due in (change.old_due_at, change.new_due_at)
            )
            what = _("%(what)s, from %(old)s to %(new)s") % {"what": what, "old": old, "new": new}
        if change.who:
            what = _("%(what)s, by %(who)s") % {"what": what, "who": change.who}
        return f"{what}: {change.cause}." if change.cause else f"{what}."


def explain_clock(clock: Clock, *, now: datetime | None = None) -> DeadlineTrace:
    """Why this clock is due when it is, on the calendar that it has pinned.

    The rows run to its due instant; for a clock without one, to its end or to now.
    """
    clock = Clock.objects.select_related("level", "calendar").get(pk=clock.pk)
    pauses = list(ClockPause.objects.filter(clock=clock))
    timeline = working_time_of(clock.calendar_version_id)
    until = clock.due_at or clock.ended_at or max(now or timezone.now(), clock.started_at)
    standing = [Pause(pause.starts_at, pause.ends_at, pause.reason) for pause in pauses]
    return DeadlineTrace(
        kind=clock.kind,
        level=clock.level.name,
        allowance_minutes=clock.allowance_minutes,
        target_percent=clock.target_percent,
        calendar=clock.calendar.name,
        time_zone=timeline.spec.time_zone,
        started_at=clock.started_at,
        due_at=clock.due_at,
        ended_at=clock.ended_at,
        rows=_rows(timeline, clock.started_at, until, standing),
        pauses=tuple(PauseLine(row.waiting_for, row.reason, row.starts_at, row.ends_at) for row in pauses),
        changes=_changes(clock),
    )


def explain_promise(*, terms: ClockTerms, kind: str, customer_id: int | None, at: datetime) -> DeadlineTrace:
    """What a clock started at `at` on these terms would promise; nothing is started. For testers of
    deadlines.
    """
    timeline = working_time_of(calendar_version_pin(terms.calendar_of(kind), customer_id))
    allowance = terms.allowance_minutes(kind)
    deadline = deadline_of(
        timeline, started_at=at, allowance_minutes=allowance, warn_percent=terms.warn_percent
    )
    return DeadlineTrace(
        kind=ClockKind(kind),
        level=ServiceLevel.objects.get(pk=terms.level_id).name,
        allowance_minutes=allowance,
        target_percent=terms.target_percent,
        calendar=BusinessCalendar.objects.get(pk=terms.calendar_of(kind)).name,
        time_zone=timeline.spec.time_zone,
        started_at=at,
        due_at=deadline.due_at,
        ended_at=None,
        rows=_rows(timeline, at, deadline.due_at or at, ()),
        pauses=(),
        changes=(),
    )


def duration_words(working: timedelta) -> str:
    """Working time in hours and minutes; seconds only below a minute."""
    seconds = round(working.total_seconds())
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    parts = []
    if hours:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    if not parts:
        parts.append(ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds})
    return " ".join(parts)


def reason_words(reason: Reason) -> str:
    """Why time did not count, e.g. 'Good Friday (Public holidays)'."""
    match reason.kind:
        case ReasonKind.CLOSURE:
            return f"{reason.name} ({_(reason.layer)})"
        case ReasonKind.PAUSE:
            return _("waiting: %(reason)s") % {"reason": reason.name}
        case ReasonKind.WEEKEND:
            return _("weekend")
        case ReasonKind.BETWEEN_VISITS:
            return _("between visits")
        case _:
            return _("outside opening hours")


def _rows(
    timeline: Timeline, start: datetime, end: datetime, pauses: Sequence[Pause]
) -> tuple[TraceRow, ...]:
    return tuple(timeline.explain(start, end, pauses))


def _changes(clock: Clock) -> tuple[ChangeLine, ...]:
    lines: list[ChangeLine] = []
    before: datetime | None = None
    for event in ClockEvent.objects.filter(clock=clock).select_related("actor").order_by("id"):
        if event.kind in _TOLD:
            lines.append(
                ChangeLine(
                    at=event.at,
                    kind=event.kind,
                    label=event.get_kind_display(),
                    cause=event.cause,
                    who=event.actor.name if event.actor else "",
                    old_due_at=before,
                    new_due_at=event.due_at,
                    is_late=event.is_late,
                )
            )
        before = event.due_at
    return tuple(lines)
