"""Which variations hold for a request: pure, so that it can be proved against the naive reading of the rows."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from contracts.models.variations import Extent


class Dated(Protocol):
    """What decides whether a variation holds. Days are local to the provider and included."""

    thing: str
    holds_from: date
    holds_until: date | None
    extent: str


D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], *, started_on: date, seen_on: date) -> list[D]:
    """The variations that hold on `seen_on` for a request that came in on `started_on`, at most one of each thing.

    Without an extent of its own a variation reaches what starts while it holds. Of two that reach it, e.g. one
    under which it came in and a later one that reaches open requests, the later one holds. For what starts now both
    days are the same. Sorted by the day from which they hold.
    """
    found: dict[str, D] = {}
    for row in sorted(rows, key=lambda one: one.holds_from):
        if _reaches(row, started_on, max(started_on, seen_on)):
            found[row.thing] = row
    return sorted(found.values(), key=lambda one: one.holds_from)


def _reaches(row: Dated, started_on: date, seen_on: date) -> bool:
    if row.extent == Extent.ALL:
        return row.holds_from <= seen_on and _not_over(row, seen_on)
    begins_by = seen_on if row.extent == Extent.RUNNING else started_on
    return row.holds_from <= begins_by and _not_over(row, started_on)


def _not_over(row: Dated, day: date) -> bool:
    return row.holds_until is None or row.holds_until >= day
