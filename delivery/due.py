"""Due work: which tables the sweeper wakes, and what it does with a row (Rule S14).

An app whose model is a `DueRow` registers a queue for it in its `AppConfig.ready`:

    register_due(DueQueue(name="callbacks", model=Callback, handle=remind))

The handler works inside the row's provider scope with the row locked. It moves the row on by itself: it sets
`wake_at` to the next time, or to None, and saves. All it does is committed together with that, so it happens
once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from delivery.models import DueRow


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant for which work is done: now, or the one that `manage.py sweep --now` names. Aware."""

    now: datetime


class Stage(IntEnum):
    """The order of a sweep. People are told once no step is due any more: one digest instead of a flood."""

    STEPS = 0
    TELL = 1
    SEND = 2
    CALL = 3  # servers of others, of which any may be slow


@dataclass(slots=True)
class Tally:
    """What became of the rows of one batch. `paused`: trying more of this queue now is of no use."""

    done: int = 0
    failed: int = 0
    dead: int = 0
    paused: bool = False

    @property
    def touched(self) -> int:
        return self.done + self.failed + self.dead

    def add(self, other: "Tally") -> None:
        self.done += other.done
        self.failed += other.failed
        self.dead += other.dead
        self.paused = self.paused or other.paused


@dataclass(frozen=True, slots=True)
class DueQueue:
    """A due table whose rows are handled one by one, each in a savepoint of a transaction of up to `batch`
    rows.

    After `attempts` failures the row is given up: `dead_at` is set and `wake_at` emptied. With `dead_for` it wakes once
    more after that long, with its `dead_at`, so that `handle` can clear up after it.
    """

    name: str
    model: type[DueRow]
    handle: Callable[[Any, Moment], None]
    batch: int = 100
    attempts: int = 12
    stage: Stage = Stage.STEPS
    dead_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class BatchQueue:
    """A due table with its own way of working: `run(provider_id, ids, moment)` opens its scopes itself.

    For work that must not hold a row lock, such as sending mail.
    """

    name: str
    model: type[DueRow]
    run: Callable[[int, Sequence[int], Moment], Tally]
    batch: int = 50
    stage: Stage = Stage.SEND


@dataclass(frozen=True, slots=True)
class FlowQueue:
    """A due table that is worked through in a flow of its own: `flow(now, ends)` claims row by row as others end.

    For work on servers of which a slow one must hold up no other. `now` is the instant that was named, or None for the
    current one; after `ends` (of time.monotonic) nothing new is begun. It runs outside any scope and transaction.
    """

    name: str
    model: type[DueRow]
    flow: Callable[[datetime | None, float | None], Tally]
    stage: Stage = Stage.CALL


Queue = DueQueue | BatchQueue | FlowQueue

_queues: dict[str, Queue] = {}


def register_due(queue: Queue) -> None:
    """Let the sweeper wake the rows of a queue. Raises ValueError for a name that is taken."""
    if queue.name in _queues and _queues[queue.name] != queue:
        raise ValueError(f"There is a due queue {queue.name!r} already.")
    _queues[queue.name] = queue


def due_queues(names: frozenset[str] | None = None) -> list[Queue]:
    """The queues of these names, or all, in the order of a sweep. Raises ValueError for an unknown name."""
    unknown = set(names or ()) - set(_queues)
    if unknown:
        raise ValueError(
            f"No due queue is called {', '.join(sorted(unknown))}. There are: {', '.join(sorted(_queues))}."
        )
    chosen = [queue for name, queue in _queues.items() if names is None or name in names]
    return sorted(chosen, key=lambda queue: queue.stage)
