"""The deadlines of running clocks after their calendar changed, many at once (Rule S13).

A clock that has ended is never touched. One that runs is pinned to the calendar as it stands now; if its
deadline moves, the old one stays in its history with who, when and why, and its steps are open again under a
new generation, except those whose instant has passed under the new deadline too: nobody is warned twice of
one thing. Running it again changes nothing, so a run that was cut off is simply repeated.

`deadline_move` of `clocks` is the same for one clock; tests hold the two together.
"""

from collections.abc import Callable, Collection
from contextvars import ContextVar
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from sla.bulk import NOTHING, Column, Columns
from sla.calendars import calendar_revision, calendar_version_pin, customers_with_exceptions, working_time_of
from sla.impact import Impact, Moves
from sla.many_deadlines import reached_many
from sla.running_clocks import Reach, read_pauses, read_running, write_moves
from sla.steps import tell_changed
from sla.working_time.zones import to_micros

BATCH = 50_000
MINUTE = 60_000_000
Progress = Callable[[int, int], None]

_measuring: ContextVar[Moves | None] = ContextVar("measuring", default=None)


@transaction.atomic
def recompute(
    *,
    calendar_ids: Collection[int] | None = None,
    customer_id: int | None = None,
    cause: str,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Impact:
    """Recompute the running clocks of these calendars (all if left out), of one customer or of all (Rule
    S13).

    One transaction; `progress(done, total)` is called after each batch. Inside `preview` it only measures.
    """
    reach = Reach(None if calendar_ids is None else frozenset(calendar_ids), customer_id)
    measure = _measuring.get()
    moves = Moves() if measure is None else measure
    total = reach.count() if progress else 0
    now = now or timezone.now()
    after, done = 0, 0
    while True:
        last, seen = recompute_batch(reach=reach, after=after, cause=cause, now=now, moves=moves, limit=BATCH)
        if last is None:
            return moves.impact(now)
        after, done = last, done + seen
        if progress:
            progress(done, total)


@transaction.atomic
def recompute_batch(
    *, reach: Reach, after: int, cause: str, now: datetime, moves: Moves, limit: int
) -> tuple[int | None, int]:
    """Recompute the next clocks after an id; the last id and how many, or None and 0 at the end.

    The clocks are locked in the order of their ids, as everything that locks several does.
    """
    calendar_revision()  # nobody edits the calendar meanwhile
    is_real = _measuring.get() is None
    clocks = read_running(reach, after=after, limit=limit, locked=is_real)
    seen = len(clocks["id"])
    if not seen:
        return None, 0
    moment = to_micros(now)
    new = _steps(clocks, _deadlines(clocks), moment)
    moves.add(clocks, new)
    if is_real:
        write_moves(new, cause=cause, now=now)
        tell_changed(new["id"][new["moved"] == 1].tolist())
    return int(clocks["id"][-1]), seen


def preview(change: Callable[[], object], *, now: datetime | None = None) -> Impact:
    """What a change would do to the deadlines. The change is made, measured, and taken back; nothing stays
    written.

    `change` calls the services that make it (see `calendar_edits`); their recomputations only measure.
    """
    measure = Moves()
    token = _measuring.set(measure)
    try:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
    finally:
        _measuring.reset(token)
    return measure.impact(now or timezone.now())


def measuring() -> Moves | None:
    """Where the running `preview` wants to be told what moves; None where a change is meant."""
    return _measuring.get()


def _deadlines(clocks: Columns) -> Columns:
    """The deadlines on today's calendars, and the versions of these."""
    size = len(clocks["id"])
    found = {name: np.full(size, NOTHING) for name in ("version", "due", "warn", "unpaused")}
    pauses = read_pauses(clocks["id"])
    with_exceptions = customers_with_exceptions()
    customer = np.where(np.isin(clocks["customer"], list(with_exceptions)), clocks["customer"], 0)
    for key, positions in _groups(clocks["calendar"], customer):
        version = calendar_version_pin(key[0], key[1] or None)
        timeline = working_time_of(version)
        started = clocks["started"][positions]
        allowance = clocks["allowance"][positions] * MINUTE
        warn = clocks["allowance"][positions] * clocks["percent"][positions] * (MINUTE // 100)
        own = pauses.within(positions)
        found["version"][positions] = version.pk
        found["due"][positions] = due = reached_many(timeline, started, allowance, own)
        found["warn"][positions] = reached_many(timeline, started, warn, own)
        found["unpaused"][positions] = reached_many(timeline, started, allowance) if len(own.owner) else due
    return found


def _groups(first: Column, second: Column) -> list[tuple[tuple[int, int], Column]]:
    """Positions of each pair of values, in order."""
    firsts, first_index = np.unique(first, return_inverse=True)
    seconds, second_index = np.unique(second, return_inverse=True)
    pairs, index = np.unique(first_index * len(seconds) + second_index, return_inverse=True)
    order = np.argsort(index, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(index))[:-1])
    keys = [(int(firsts[pair // len(seconds)]), int(seconds[pair % len(seconds)])) for pair in pairs.tolist()]
    return list(zip(keys, parts, strict=True))


def _steps(clocks: Columns, found: Columns, now: int) -> Columns:
    """What `deadline_move` and `next_wake` do for one clock. Only rows that differ from what is stored."""
    moved = found["due"] != clocks["due"]
    changed = moved | (found["warn"] != clocks["warn"]) | (found["unpaused"] != clocks["unpaused"])
    warned = np.where(moved & ~_passed(found["warn"], now), NOTHING, clocks["warned"])
    breached = np.where(moved & ~_passed(found["due"], now), NOTHING, clocks["breached"])
    new = {
        "id": clocks["id"],
        "customer": clocks["customer"],
        "version": found["version"],
        "old_version": clocks["version"],
        "level": clocks["level"],
        "allowance": clocks["allowance"],
        "percent": clocks["percent"],
        "generation": clocks["generation"] + moved,
        "moved": moved.astype(np.int64),
        "changed": changed.astype(np.int64),
        "reinstated": (breached != clocks["breached"]).astype(np.int64),
        "due": found["due"],
        "warn": found["warn"],
        "unpaused": found["unpaused"],
        "warned": warned,
        "breached": breached,
        "wake": _wake(clocks, found, warned, breached),
        "old_due": clocks["due"],
    }
    differs = np.flatnonzero(changed | (found["version"] != clocks["version"]))
    return {name: values[differs] for name, values in new.items()}


def _passed(instants: Column, now: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    passed: np.ndarray[tuple[int], np.dtype[np.bool_]] = (instants != NOTHING) & (instants <= now)
    return passed


def _wake(clocks: Columns, found: Columns, warned: Column, breached: Column) -> Column:
    never = np.iinfo(np.int64).max
    due = np.where(found["due"] == NOTHING, never, found["due"])
    may_warn = (clocks["paused"] == 0) & (warned == NOTHING) & (found["warn"] != NOTHING)
    wake = np.minimum(due, np.where(may_warn, found["warn"], never))
    return np.where((wake == never) | (clocks["silent"] == 1) | (breached != NOTHING), NOTHING, wake)
