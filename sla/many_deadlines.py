"""`deadline_of` for many clocks of one calendar at once, pauses included. Values are microseconds, UTC."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import numpy as np

from sla.bulk import NOTHING, Column
from sla.working_time import NeverOpens, Timeline
from sla.working_time.zones import from_micros, to_micros


@dataclass(frozen=True, slots=True)
class PauseTable:
    """Pauses of many clocks, in order of time within each. `turn` counts them for each clock, from 0.

    The pauses of a clock never overlap. An open one ends at NOTHING.
    """

    owner: Column  # position of the clock
    turn: Column
    starts: Column
    ends: Column

    @classmethod
    def of(cls, owner: Column, starts: Column, ends: Column) -> Self:
        """From rows that are sorted by owner and start."""
        first_of_owner = np.searchsorted(owner, owner, side="left")
        return cls(owner, np.arange(len(owner)) - first_of_owner, starts, ends)

    def within(self, clocks: Column) -> "PauseTable":
        """The pauses of some clocks, whose positions become those in `clocks` (which is sorted)."""
        found = np.searchsorted(clocks, self.owner)
        found[found == len(clocks)] = 0
        chosen = np.flatnonzero(clocks[found] == self.owner) if len(clocks) else np.empty(0, np.int64)
        return PauseTable(found[chosen], self.turn[chosen], self.starts[chosen], self.ends[chosen])


def reached_many(
    timeline: Timeline, starts: Column, allowances: Column, pauses: PauseTable | None = None
) -> Column:
    """When each allowance is used up, NOTHING where that never happens (rules S4, S7, S10)."""
    from_, left = starts, allowances
    stopped = np.zeros(len(starts), dtype=bool)
    if pauses is not None and len(pauses.owner):
        from_, left, stopped = _after_pauses(timeline, starts, allowances, pauses)
    try:
        reached = timeline.add_many(from_, left).view(np.int64)
    except NeverOpens:
        reached = _one_by_one(timeline, from_, left)
    reached[stopped] = NOTHING
    return reached


def _after_pauses(
    timeline: Timeline, starts: Column, allowances: Column, pauses: PauseTable
) -> tuple[Column, Column, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Move each clock past its pauses, one pause of every clock at a time.

    Gives the instant and the allowance to go on with, and which clocks an open pause has stopped for good.
    """
    position, left = starts.copy(), allowances.copy()
    running = allowances > 0
    stopped = np.zeros(len(starts), dtype=bool)
    for turn in range(int(pauses.turn.max()) + 1):
        of_turn = np.flatnonzero(pauses.turn == turn)
        of_turn = of_turn[running[pauses.owner[of_turn]]]
        clock, ends = pauses.owner[of_turn], pauses.ends[of_turn]
        begins = np.maximum(pauses.starts[of_turn], position[clock])
        counted = timeline.elapsed_many(position[clock], begins).view(np.int64)
        used_up = counted >= left[clock]
        running[clock[used_up]] = False
        clock, ends, counted = clock[~used_up], ends[~used_up], counted[~used_up]
        left[clock] -= counted
        is_open = ends == NOTHING
        stopped[clock[is_open]] = True
        running[clock[is_open]] = False
        position[clock[~is_open]] = np.maximum(position[clock[~is_open]], ends[~is_open])
    return position, left, stopped


def _one_by_one(timeline: Timeline, starts: Column, allowances: Column) -> Column:
    """For a calendar that closes for good: some of its clocks may still reach their allowance before that."""

    def reached(start: int, allowance: int) -> int:
        try:
            due = timeline.add_with_pauses(from_micros(start), timedelta(microseconds=allowance), ())
        except NeverOpens:
            return NOTHING
        assert due is not None
        return to_micros(due)

    pairs = zip(starts.tolist(), allowances.tolist(), strict=True)
    return np.fromiter((reached(*pair) for pair in pairs), dtype=np.int64, count=len(starts))
