"""What falls due on a clock: a warning, then a breach, each once in each generation of the deadline (Rule
S14).

The sweeper wakes a clock at `wake_at` and hands it to `clock_step`, locked. Layers above listen with
`on_clock_step`; what they do belongs to the same transaction as the step itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from django.db import models

from accounts.tenancy.scope import current_scope
from sla.models import Apart, Clock, ClockEvent, ClockEventKind, ClockState

# Beats run every few seconds: ten minutes after its instant, a step is done after an outage.
LATE_AFTER = timedelta(minutes=10)

# Exempt clocks and emergency callouts have no limit that could be missed (Rule S8).
WITHOUT_STEPS = frozenset({Apart.EXEMPT, Apart.CALLOUT})

_SET_THE_DEADLINE = [
    ClockEventKind.STARTED,
    ClockEventKind.RESUMED,
    ClockEventKind.RECOMPUTED,
    ClockEventKind.REINSTATED,
    ClockEventKind.SET_APART,
    ClockEventKind.UNVOIDED,
]


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A step that was just taken. `at` is the instant at which it fell due, `now` when it was taken (UTC)."""

    clock: Clock
    kind: Literal["warned", "breached"]
    at: datetime
    is_late: bool
    now: datetime


class HasNow(Protocol):
    """The moment of a sweep."""

    @property
    def now(self) -> datetime: ...


StepHandler = Callable[[ClockStep], None]
ChangeHandler = Callable[[Sequence[int]], None]
_step_handlers: list[StepHandler] = []
_change_handlers: list[ChangeHandler] = []


def on_clock_step(handler: StepHandler) -> StepHandler:
    """Call `handler` at each warning and breach, in the transaction of the step. Registering twice counts
    once.
    """
    if handler not in _step_handlers:
        _step_handlers.append(handler)
    return handler


def on_clock_change(handler: ChangeHandler) -> ChangeHandler:
    """Call `handler` with the ids of the clocks whose deadline a recomputation has moved (Rule S13)."""
    if handler not in _change_handlers:
        _change_handlers.append(handler)
    return handler


def tell_changed(clock_ids: Sequence[int]) -> None:
    """Let the layers above renew what they derive from these clocks' deadlines."""
    if clock_ids:
        for handler in _change_handlers:
            handler(clock_ids)


def next_wake(clock: Clock) -> datetime | None:
    """When the next step of this clock falls due; None when none is left. A waiting clock does not warn."""
    if not clock.is_open or clock.apart in WITHOUT_STEPS or clock.breached_at is not None:
        return None
    may_warn = clock.state == ClockState.RUNNING and clock.warned_at is None
    instants = [clock.due_at, clock.warn_at if may_warn else None]
    return min((instant for instant in instants if instant is not None), default=None)


def event_record(
    *,
    clock: Clock,
    kind: str,
    at: datetime,
    cause: str = "",
    is_late: bool = False,
    data: dict[str, Any] | None = None,
) -> ClockEvent:
    """Add a line to the clock's history, by the person of the open scope."""
    event = event_of(clock=clock, kind=kind, at=at, cause=cause, is_late=is_late, data=data)
    event.save(force_insert=True)
    return event


def event_of(
    *,
    clock: Clock,
    kind: str,
    at: datetime,
    cause: str = "",
    is_late: bool = False,
    data: dict[str, Any] | None = None,
) -> ClockEvent:
    """The line itself, not yet stored."""
    return ClockEvent(
        clock=clock,
        customer_id=clock.customer_id,
        kind=kind,
        at=at,
        generation=clock.generation,
        due_at=clock.due_at,
        cause=cause[:300],
        is_late=is_late,
        actor_id=current_scope().person_id,
        data=data or {},
    )


def clock_step(clock: models.Model, moment: HasNow) -> None:
    """Take the step that is due on a clock that the caller has locked, and set its next look (Rule S14).

    After an outage both may be due. Then a warning is of no use to anybody: the history says that it came too
    late, nobody is told twice, and only the breach goes out.
    """
    assert isinstance(clock, Clock)
    now = moment.now
    wake_at = next_wake(clock)
    if wake_at is not None and wake_at <= now:
        if clock.due_at is not None and clock.due_at <= now:
            _pass_over_warning(clock, now)
            _breach(clock, now)
        else:
            _warn(clock, now)
    clock.wake_at = next_wake(clock)
    clock.save(update_fields=["warned_at", "breached_at", "wake_at"])


def _warn(clock: Clock, now: datetime) -> None:
    assert clock.warn_at is not None
    is_late = _is_late(clock, clock.warn_at, now)
    clock.warned_at = now
    event_record(
        clock=clock, kind=ClockEventKind.WARNED, at=now, is_late=is_late, data={"fell_due_at": clock.warn_at}
    )
    _tell(ClockStep(clock, "warned", clock.warn_at, is_late, now))


def _pass_over_warning(clock: Clock, now: datetime) -> None:
    if clock.warned_at is not None or clock.warn_at is None or clock.state != ClockState.RUNNING:
        return
    clock.warned_at = now
    data = {"fell_due_at": clock.warn_at, "too_late": True}
    event_record(clock=clock, kind=ClockEventKind.WARNED, at=now, is_late=True, data=data)


def _breach(clock: Clock, now: datetime) -> None:
    assert clock.due_at is not None
    is_late = _is_late(clock, clock.due_at, now)
    clock.breached_at = now
    event_record(
        clock=clock, kind=ClockEventKind.BREACHED, at=now, is_late=is_late, data={"fell_due_at": clock.due_at}
    )
    _tell(ClockStep(clock, "breached", clock.due_at, is_late, now))


def _is_late(clock: Clock, fell_due_at: datetime, now: datetime) -> bool:
    """Whether the step could have been taken long ago. A deadline that was set in the past is no outage."""
    if now - fell_due_at <= LATE_AFTER:
        return False
    events = ClockEvent.objects.filter(clock=clock, kind__in=_SET_THE_DEADLINE)
    set_at = events.order_by("-id").values_list("at", flat=True).first() or clock.started_at
    return now - max(fell_due_at, set_at) > LATE_AFTER


def _tell(step: ClockStep) -> None:
    for handler in _step_handlers:
        handler(step)
