"""The state of a clock derived again from its history alone: the proof that what is stored is a cache."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.calendars import working_time_of
from sla.deadlines import Deadline, deadline_of
from sla.models import Clock, ClockEvent, ClockEventKind, ClockState
from sla.working_time import Pause

_ENDS = {
    ClockEventKind.MET: ClockState.MET,
    ClockEventKind.MISSED: ClockState.MISSED,
    ClockEventKind.VOIDED: ClockState.VOID,
}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the history says. `warned` and `breached` are of the last generation."""

    state: str
    generation: int
    due_at: datetime | None
    warn_at: datetime | None
    due_without_pauses_at: datetime | None
    warned: bool
    breached: bool


@dataclass(slots=True)
class _Replay:
    started_at: datetime
    basis: dict[str, Any]
    state: str = ClockState.RUNNING
    generation: int = 1
    warned: bool = False
    breached: bool = False
    pauses: list[Pause] = field(default_factory=list)

    def deadline(self) -> Deadline:
        return deadline_of(
            working_time_of(int(self.basis["version"])),
            started_at=self.started_at,
            allowance_minutes=self.basis["allowance_minutes"],
            warn_percent=self.basis["warn_percent"],
            pauses=self.pauses,
        )

    def take(self, event: ClockEvent) -> None:
        if "version" in event.data:
            self.basis = event.data
        if event.kind == ClockEventKind.RESTARTED:
            self.started_at = event.at
        self._pauses(event)
        self._steps(event)
        if event.kind == ClockEventKind.UNVOIDED:
            self.state = event.data["state"]
        self.state = _ENDS.get(ClockEventKind(event.kind), self.state)

    def _pauses(self, event: ClockEvent) -> None:
        match event.kind:
            case ClockEventKind.PAUSED:
                self.pauses.append(Pause(event.at, None))
                self.state = ClockState.PAUSED
            case ClockEventKind.RESUMED | ClockEventKind.MET | ClockEventKind.MISSED:
                if self.pauses and self.pauses[-1].ends is None:
                    self.pauses[-1] = Pause(self.pauses[-1].starts, event.at)
                    self.state = ClockState.RUNNING

    def _steps(self, event: ClockEvent) -> None:
        match event.kind:
            case ClockEventKind.WARNED:
                self.warned = True
            case ClockEventKind.BREACHED:
                self.breached = True
            case ClockEventKind.REINSTATED:
                self.breached = False
        # A new deadline opens the steps again, but for those whose instant has passed under it as well. The
        # generation of a reinstatement is told again by the recomputation that follows, with its calendar.
        if event.generation > self.generation and event.kind != ClockEventKind.REINSTATED:
            self.generation = event.generation
            warn_at = self.deadline().warn_at
            self.warned = self.warned and warn_at is not None and warn_at <= event.at


def clock_rebuild(events: Sequence[ClockEvent]) -> Rebuilt:
    """Derive a clock from its events, in the order of their ids. ValueError if they do not begin with its
    start.
    """
    if not events or events[0].kind != ClockEventKind.STARTED:
        raise ValueError("A history begins with the start of its clock.")
    replay = _Replay(events[0].at, events[0].data)
    for event in events[1:]:
        replay.take(event)
    deadline = replay.deadline()
    return Rebuilt(
        replay.state,
        replay.generation,
        deadline.due_at,
        deadline.warn_at,
        deadline.due_without_pauses_at,
        replay.warned,
        replay.breached,
    )


def clock_differences(clock: Clock, events: Sequence[ClockEvent]) -> list[str]:
    """Where the stored clock differs from its history, in words for the person who runs the proof; empty if
    nowhere.
    """
    rebuilt = clock_rebuild(events)
    pairs = {
        "state": (clock.state, rebuilt.state),
        "generation": (clock.generation, rebuilt.generation),
        "due_at": (clock.due_at, rebuilt.due_at),
        "warn_at": (clock.warn_at, rebuilt.warn_at),
        "due_without_pauses_at": (clock.due_without_pauses_at, rebuilt.due_without_pauses_at),
        "warned": (clock.warned_at is not None, rebuilt.warned),
        "breached": (clock.breached_at is not None, rebuilt.breached),
    }
    return [
        f"{name}: stored {stored}, from the history {rebuilt}"
        for name, (stored, rebuilt) in pairs.items()
        if stored != rebuilt
    ]


def histories_checked(clocks: Iterable[Clock]) -> dict[int, list[str]]:
    """The differences of those of these clocks that have any, by id."""
    by_id = {clock.pk: clock for clock in clocks}
    events: dict[int, list[ClockEvent]] = {key: [] for key in by_id}
    for event in ClockEvent.objects.filter(clock__in=list(by_id)).order_by("id"):
        events[event.clock_id].append(event)
    found = {key: clock_differences(clock, events[key]) for key, clock in by_id.items()}
    return {key: differences for key, differences in found.items() if differences}
