"""Everything that can happen to one clock. Each is one transaction, locks the row, and adds to its history.

The deadline is always computed anew from the start, the allowance, the pauses and the pinned calendar, so
that it never depends on the order in which things became known. The clock passed in is read again under its
lock and brought up to date. Instants are aware datetimes; one that lies before what already happened counts
as that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.tenancy.many import one_of
from sla.calendars import calendar_version_pin, working_time_of
from sla.deadlines import Deadline, deadline_of
from sla.models import Apart, CalendarVersion, Clock, ClockEvent, ClockEventKind, ClockPause, ClockState
from sla.steps import event_of, event_record, next_wake
from sla.terms import ClockTerms
from sla.working_time import Pause


class ClockEnded(ValueError):
    """The clock has ended: nothing can change its outcome (Rule S13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStart:
    """A clock that is to start, on the calendar as it stands then; `previous` is the one that it follows."""

    customer_id: int
    kind: str
    terms: ClockTerms
    started_at: datetime
    apart: str = Apart.COUNTED
    previous: Clock | None = None


@transaction.atomic
def clocks_start(starts: Sequence[ClockStart]) -> list[Clock]:
    """Start clocks, in this order (rules S2, S4, S9)."""
    clocks = [_started(start) for start in starts]
    Clock.objects.bulk_create(clocks)
    for clock in clocks:
        _set_counted(clock)
    ClockEvent.objects.bulk_create(
        event_of(clock=clock, kind=ClockEventKind.STARTED, at=clock.started_at, data=_basis(clock))
        for clock in clocks
    )
    return clocks


clock_start = one_of(clocks_start, ClockStart)


def _started(start: ClockStart) -> Clock:
    terms = start.terms
    clock = Clock(
        customer_id=start.customer_id,
        kind=start.kind,
        level_id=terms.level_id,
        apart=start.apart,
        started_at=start.started_at,
        allowance_minutes=terms.allowance_minutes(start.kind),
        target_percent=terms.target_percent,
        warn_percent=terms.warn_percent,
        pausable_for=terms.pauses(start.kind),
        calendar_id=terms.calendar_of(start.kind),
        calendar_version=calendar_version_pin(terms.calendar_of(start.kind), start.customer_id),
        previous=start.previous,
    )
    _take(clock, _deadline(clock, ()))
    clock.wake_at = next_wake(clock)
    return clock


@transaction.atomic
def clock_stop(*, clock: Clock, at: datetime, cause: str = "") -> Clock:
    """End a clock: met up to and including its due instant, else missed (rules S4, S6). The outcome is
    frozen.

    Raises ClockEnded for a clock that has ended already.
    """
    _lock(clock)
    at = max(at, clock.started_at)
    pause = _open_pause(clock)
    if pause is not None:
        at = max(at, pause.starts_at)
        pause.ends_at = at
        pause.save(update_fields=["ends_at"])
        _take(clock, _deadline(clock, _pauses(clock)))
    is_met = clock.due_at is None or at <= clock.due_at
    if is_met and clock.breached_at is not None:
        # It ended in time and was only told late, e.g. a call that was written down afterwards.
        clock.breached_at = None
        event_record(clock=clock, kind=ClockEventKind.REINSTATED, at=timezone.now(), cause=cause)
    clock.state = ClockState.MET if is_met else ClockState.MISSED
    clock.ended_at = at
    _save(clock)
    event_record(
        clock=clock,
        kind=ClockEventKind.MET if is_met else ClockEventKind.MISSED,
        at=at,
        cause=cause,
        data=_basis(clock),
    )
    return clock


@transaction.atomic
def clock_restart(*, clock: Clock, at: datetime, cause: str) -> Clock:
    """Measure an open clock from another instant: that of a callout, from the technician's arrival (Rule S8).

    Raises ClockEnded.
    """
    _lock(clock)
    if clock.started_at == at:
        return clock
    before = {"started_at": clock.started_at, "due_at": clock.due_at}
    clock.started_at = at
    deadline_move(clock, _deadline(clock, _pauses(clock)), at)
    _save(clock)
    data = {**_basis(clock), "before": before}
    event_record(clock=clock, kind=ClockEventKind.RESTARTED, at=at, cause=cause, data=data)
    return clock


@transaction.atomic
def clock_pause(*, clock: Clock, at: datetime, waiting_for: str, reason: str) -> bool:
    """Let the clock stand still while we wait, if its terms grant it (Rule S10). False: they do not.

    A clock that stands still already goes on doing so under its first reason. Raises ClockEnded, and
    ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("A pause needs a reason.")
    _lock(clock)
    if waiting_for not in clock.pausable_for:
        return False
    if clock.state == ClockState.PAUSED:
        return True
    earlier = _pauses(clock)
    at = max([at, clock.started_at, *(pause.ends for pause in earlier if pause.ends is not None)])
    ClockPause.objects.create(
        clock=clock, customer_id=clock.customer_id, waiting_for=waiting_for, reason=reason[:300], starts_at=at
    )
    clock.state = ClockState.PAUSED
    # Not None if the allowance was used up before: such a clock stays missed while it waits.
    _take(clock, _deadline(clock, [*earlier, Pause(at, None)]))
    _save(clock)
    event_record(
        clock=clock,
        kind=ClockEventKind.PAUSED,
        at=at,
        cause=reason,
        data={**_basis(clock), "waiting_for": waiting_for},
    )
    return True


@transaction.atomic
def clock_resume(*, clock: Clock, at: datetime, cause: str = "") -> bool:
    """Let a waiting clock run on; the working time since it paused does not count (Rule S10). False: it was
    running.

    Raises ClockEnded.
    """
    _lock(clock)
    pause = _open_pause(clock)
    if pause is None:
        return False
    _resume(clock, pause, at)
    _take(clock, _deadline(clock, _pauses(clock)))
    _save(clock)
    event_record(
        clock=clock, kind=ClockEventKind.RESUMED, at=pause.ends_at or at, cause=cause, data=_basis(clock)
    )
    return True


@transaction.atomic
def clock_change_terms(*, clock: Clock, terms: ClockTerms, at: datetime, cause: str) -> Clock:
    """Give a running clock other terms from its start on, e.g. after a change of level (Rule S13).

    A pause that the new terms do not grant ends at `at`; what it withheld before stays withheld. Raises
    ClockEnded.
    """
    # The calendar before the row, as everywhere: an edit of the calendar locks them in this order too.
    version = calendar_version_pin(terms.calendar_of(clock.kind), clock.customer_id)
    _lock(clock)
    rows = list(ClockPause.objects.filter(clock=clock))
    ClockEvent.objects.bulk_create(
        terms_take(clock=clock, terms=terms, version=version, pauses=rows, at=at, cause=cause)
    )
    return clock


def terms_take(
    *,
    clock: Clock,
    terms: ClockTerms,
    version: CalendarVersion,
    pauses: Sequence[ClockPause],
    at: datetime,
    cause: str,
) -> list[ClockEvent]:
    """Store other terms on a locked, open clock. Gives the lines of its history, which the caller stores."""
    before = {**_basis(clock), "due_at": clock.due_at}
    terms_set(clock, terms, version)
    pause = next((row for row in pauses if row.ends_at is None), None)
    is_ended = pause is not None and pause.waiting_for not in clock.pausable_for
    if pause is not None and is_ended:
        _resume(clock, pause, at)
    deadline_move(clock, deadline_under(clock, pauses), at)
    _save(clock)
    data = {**_basis(clock), "before": before}
    events = [event_of(clock=clock, kind=ClockEventKind.RECOMPUTED, at=at, cause=cause, data=data)]
    if pause is not None and is_ended:
        resumed = ClockEventKind.RESUMED
        ended = event_of(clock=clock, kind=resumed, at=pause.ends_at or at, cause=cause, data=_basis(clock))
        events.insert(0, ended)
    return events


def terms_set(clock: Clock, terms: ClockTerms, version: CalendarVersion) -> None:
    """What the clock keeps of its terms; neither its deadline nor the row in the database."""
    clock.level_id = terms.level_id
    clock.allowance_minutes = terms.allowance_minutes(clock.kind)
    clock.target_percent, clock.warn_percent = terms.target_percent, terms.warn_percent
    clock.pausable_for = terms.pauses(clock.kind)
    clock.calendar_id, clock.calendar_version = terms.calendar_of(clock.kind), version


def deadline_under(clock: Clock, pauses: Sequence[ClockPause]) -> Deadline:
    """The deadline of a clock with these rows of its pauses."""
    return _deadline(clock, [Pause(row.starts_at, row.ends_at) for row in pauses])


@transaction.atomic
def clock_set_apart(*, clock: Clock, apart: str, cause: str) -> Clock:
    """Report the clock apart from the figures, or among them again; also an ended one (rules S6, S8)."""
    _lock(clock, also_ended=True)
    if clock.apart == apart:
        return clock
    data = {"apart": apart, "before": clock.apart}
    clock.apart = apart
    _save(clock)
    event_record(clock=clock, kind=ClockEventKind.SET_APART, at=timezone.now(), cause=cause, data=data)
    return clock


@transaction.atomic
def clock_void(*, clock: Clock, cause: str) -> Clock:
    """Take the clock out of every figure: its ticket was merged, spam or withdrawn (Rule S6). Also after its
    end.
    """
    _lock(clock, also_ended=True)
    if clock.state == ClockState.VOID:
        return clock
    now = timezone.now()
    pause = _open_pause(clock)
    if pause is not None:
        pause.ends_at = max(now, pause.starts_at)
        pause.save(update_fields=["ends_at"])
    data = {"before": clock.state}
    clock.state = ClockState.VOID
    clock.ended_at = clock.ended_at or max(now, clock.started_at)
    _save(clock)
    event_record(clock=clock, kind=ClockEventKind.VOIDED, at=now, cause=cause, data=data)
    return clock


@transaction.atomic
def clock_unvoid(*, clock: Clock, cause: str) -> Clock:
    """Take that back: the clock stands as it did before it was voided, and its working time has gone on meanwhile.

    An open one steps again, also by what has passed since; its past warnings hold. One that is not void stays as it is.
    """
    _lock(clock, also_ended=True)
    if clock.state != ClockState.VOID:
        return clock
    voided = ClockEvent.objects.filter(clock=clock, kind=ClockEventKind.VOIDED).latest("id")
    clock.state = voided.data["before"]
    if clock.is_open:
        clock.ended_at = None
    if clock.state == ClockState.PAUSED:
        pause = ClockPause.objects.filter(clock=clock).latest("starts_at", "id")
        pause.ends_at = None
        pause.save(update_fields=["ends_at"])
    _save(clock)
    data = {"state": clock.state}
    event_record(clock=clock, kind=ClockEventKind.UNVOIDED, at=timezone.now(), cause=cause, data=data)
    return clock


def deadline_move(clock: Clock, deadline: Deadline, at: datetime) -> None:
    """Take a new deadline. If it moved, its steps are open again, except those that have passed under it as
    well.

    So nobody is warned again of what they were warned of, and a breach moved back inside its time is
    reinstated and can breach again (Rule S13). `recomputation` does the same for many.
    """
    moved = deadline.due_at != clock.due_at
    _take(clock, deadline)
    if not moved:
        return
    clock.generation += 1
    clock.failures, clock.last_failure, clock.dead_at = 0, "", None
    if clock.warned_at is not None and not _has_passed(clock.warn_at, at):
        clock.warned_at = None
    if clock.breached_at is not None and not _has_passed(clock.due_at, at):
        clock.breached_at = None
        event_record(clock=clock, kind=ClockEventKind.REINSTATED, at=at)


def _has_passed(instant: datetime | None, at: datetime) -> bool:
    return instant is not None and instant <= at


def _lock(clock: Clock, *, also_ended: bool = False) -> None:
    clock.refresh_from_db(from_queryset=Clock.objects.select_for_update(no_key=True))
    if not clock.is_open and not also_ended:
        raise ClockEnded(f"Clock {clock.pk} has ended.")


def _resume(clock: Clock, pause: ClockPause, at: datetime) -> None:
    pause.ends_at = max(at, pause.starts_at)
    pause.save(update_fields=["ends_at"])
    clock.state = ClockState.RUNNING


def _open_pause(clock: Clock) -> ClockPause | None:
    return ClockPause.objects.filter(clock=clock, ends_at__isnull=True).first()


def _pauses(clock: Clock) -> list[Pause]:
    rows = ClockPause.objects.filter(clock=clock).values_list("starts_at", "ends_at")
    return [Pause(starts_at, ends_at) for starts_at, ends_at in rows]


def _deadline(clock: Clock, pauses: Sequence[Pause]) -> Deadline:
    return deadline_of(
        working_time_of(clock.calendar_version_id),
        started_at=clock.started_at,
        allowance_minutes=clock.allowance_minutes,
        warn_percent=clock.warn_percent,
        pauses=pauses,
    )


def _take(clock: Clock, deadline: Deadline) -> None:
    clock.due_at, clock.warn_at = deadline.due_at, deadline.warn_at
    clock.due_without_pauses_at = deadline.due_without_pauses_at


def _basis(clock: Clock) -> dict[str, Any]:
    """What the deadline follows from, apart from start and pauses: enough to derive it again from the
    history.
    """
    return {
        "level": clock.level_id,
        "allowance_minutes": clock.allowance_minutes,
        "warn_percent": clock.warn_percent,
        "version": clock.calendar_version_id,
    }


def _save(clock: Clock) -> None:
    clock.wake_at = next_wake(clock)
    clock.save()
    _set_counted(clock)


def _set_counted(clock: Clock) -> None:
    """What the database has just generated, without asking it."""
    instants = [instant for instant in (clock.ended_at, clock.due_at) if instant is not None]
    clock.counted_at = min(instants, default=None)
