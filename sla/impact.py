"""How many deadlines a change moves: what an administrator is shown before saving (Rule S13)."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sla.bulk import NOTHING, Column, Columns
from sla.working_time.zones import from_micros, to_micros

EXAMPLES = 50


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """One clock whose deadline moves. None: it has no deadline while it waits, or no opening to run in."""

    clock_id: int
    customer_id: int
    old_due_at: datetime | None
    new_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Impact:
    """Deadlines that move; clocks that are missed now and would not be, and the other way round; up to 50
    examples.

    Exempt clocks and callouts have no limit to miss, so they are in `moved` only.
    """

    moved: int
    leave_breach: int
    enter_breach: int
    rows: tuple[MovedDeadline, ...]
    notes: tuple[str, ...] = ()  # sentences of the apps above about what else a change hits


NO_IMPACT = Impact(moved=0, leave_breach=0, enter_breach=0, rows=())


class Moves:
    """Collects what one or several recomputations found, the latest for each clock."""

    def __init__(self) -> None:
        self._parts: list[tuple[Column, ...]] = []
        self.notes: list[str] = []

    def add(self, clocks: Columns, new: Columns) -> None:
        """The clocks that were looked at, and their new values where these differ."""
        due = clocks["due"].copy()
        due[np.searchsorted(clocks["id"], new["id"])] = new["due"]
        self._parts.append((clocks["id"], clocks["customer"], clocks["silent"], clocks["due"], due))

    def impact(self, now: datetime) -> Impact:
        """The sum of what was found, seen at `now`."""
        if not self._parts:
            return Impact(0, 0, 0, (), tuple(self.notes))
        ids, customers, silent, before, after = (
            np.concatenate(column) for column in zip(*self._parts, strict=True)
        )
        latest = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
        ids, customers, silent, before, after = (
            column[latest] for column in (ids, customers, silent, before, after)
        )
        moment = to_micros(now)
        was_missed = (before != NOTHING) & (before <= moment) & (silent == 0)
        is_missed = (after != NOTHING) & (after <= moment) & (silent == 0)
        moved = before != after
        # The ones that matter most first: those that would be missed, then those that no longer would.
        weight = np.where(is_missed & ~was_missed, 0, np.where(was_missed & ~is_missed, 1, 2))
        candidates = np.flatnonzero(moved)
        chosen = candidates[np.argsort(weight[candidates], kind="stable")][:EXAMPLES]
        rows = tuple(
            MovedDeadline(int(ids[i]), int(customers[i]), _instant(before[i]), _instant(after[i]))
            for i in chosen
        )
        return Impact(
            moved=int(moved.sum()),
            leave_breach=int((was_missed & ~is_missed).sum()),
            enter_breach=int((is_missed & ~was_missed).sum()),
            rows=rows,
            notes=tuple(self.notes),
        )


def _instant(micros: np.int64) -> datetime | None:
    return None if micros == NOTHING else from_micros(int(micros))
