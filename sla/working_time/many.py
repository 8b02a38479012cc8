"""Many deadlines of one calendar at once: the same binary searches over whole arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from sla.working_time.directory import Directory, Micros
from sla.working_time.errors import BeyondHorizon
from sla.working_time.intervals import Interval
from sla.working_time.zones import from_micros, to_micros

# Instants are UTC, as datetime64 or as whole microseconds since 1970; durations timedelta64 or microseconds.
Instants = NDArray[np.datetime64] | NDArray[np.int64]
Durations = NDArray[np.timedelta64] | NDArray[np.int64]

NOT_A_TIME = np.iinfo(np.int64).min
_LONG_AGO = -(2**62)
_BLOCK = 4096  # instants; the intermediate arrays of one block stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Arrays:
    """The intervals of a compiled calendar, with an empty one at the beginning of time in front.

    That first one saves asking whether an instant is before every opening.
    """

    opens: Directory
    closes: Micros
    worked: Directory  # working time up to each closing
    closes_less_worked: Micros

    @classmethod
    def of(cls, intervals: Sequence[Interval]) -> Self:
        edges = np.array([(_LONG_AGO, _LONG_AGO), *intervals], dtype=np.int64)
        opens, closes = edges[:, 0].copy(), edges[:, 1].copy()
        worked = np.cumsum(closes - opens)
        return cls(Directory(opens), closes, Directory(worked), closes - worked)

    def worked_at(self, positions: Micros) -> Micros:
        index = self.opens.count_up_to(positions)
        index -= 1
        to_closing = self.closes.take(index)
        to_closing -= positions
        np.maximum(to_closing, 0, out=to_closing)
        worked: Micros = self.worked.edges.take(index)
        worked -= to_closing
        return worked

    def due(self, starts: Micros, allowances: Micros, out: Micros) -> Micros:
        """Write the deadlines, and return which starts ran out of openings."""
        target = self.worked_at(starts)
        target += allowances
        index = self.worked.count_before(target)
        missing: Micros = np.flatnonzero(index == len(self.closes))
        index[missing] = 0
        self.closes_less_worked.take(
            index, out=out, mode="clip"
        )  # with a mode numpy needs no buffer for `out`
        out += target
        np.copyto(out, starts, where=allowances == 0)
        return missing


class Compiled(Protocol):
    """What is asked here of a compiled calendar (`compiled.WorkingTime`)."""

    is_finite: bool
    ends: datetime

    @property
    def arrays(self) -> Arrays: ...

    def require(self, instant: datetime) -> None: ...


def add_many(working_time: Compiled, starts: Instants, allowances: Durations) -> NDArray[np.datetime64]:
    """`add` for each pair of start and allowance (Rule S4); UTC, `datetime64[us]`.

    Where a finite calendar (visits) runs out of openings the answer is NaT: 'no visit booked' (Rule S7).
    """
    first, working = _same_length(starts, allowances)
    if first.size == 0:
        return first.view("datetime64[us]")
    _require(working_time, first)
    if working.min() < 0:
        raise ValueError("An allowance is an amount of time that is not negative.")
    due = np.empty_like(first)
    arrays = working_time.arrays
    for low in range(0, first.size, _BLOCK):
        block = slice(low, low + _BLOCK)
        missing = arrays.due(first[block], working[block], due[block]) + low
        if missing.size:
            if not working_time.is_finite:
                raise BeyondHorizon(needed=working_time.ends, asked=from_micros(int(first[missing].min())))
            due[missing] = NOT_A_TIME
    return due.view("datetime64[us]")


def elapsed_many(working_time: Compiled, starts: Instants, ends: Instants) -> NDArray[np.timedelta64]:
    """`elapsed` for each pair of instants; `timedelta64[us]`."""
    first, last = _same_length(starts, ends)
    if first.size == 0:
        return first.view("timedelta64[us]")
    _require(working_time, first)
    _require(working_time, last)
    if (last < first).any():
        raise ValueError("Working time is asked from an earlier to a later instant.")
    arrays = working_time.arrays
    worked = np.empty_like(first)
    for low in range(0, first.size, _BLOCK):
        block = slice(low, low + _BLOCK)
        np.subtract(arrays.worked_at(last[block]), arrays.worked_at(first[block]), out=worked[block])
    return worked.view("timedelta64[us]")


def to_instants(datetimes: Iterable[datetime]) -> Micros:
    """Aware datetimes as an array that the functions above take."""
    return np.fromiter(map(to_micros, datetimes), dtype=np.int64)


def to_datetimes(instants: Instants) -> list[datetime | None]:
    """Answers as aware UTC datetimes; None for NaT."""
    return [None if micros == NOT_A_TIME else from_micros(micros) for micros in _plain(instants).tolist()]


def _plain(values: NDArray[Any]) -> Micros:
    """Any of the accepted arrays as 64-bit microseconds."""
    if values.dtype.kind in "Mm":
        unit = "datetime64[us]" if values.dtype.kind == "M" else "timedelta64[us]"
        return values.astype(unit, copy=False).view(np.int64)
    if values.dtype.kind != "i":
        raise TypeError(f"Expected datetime64, timedelta64 or whole microseconds, got {values.dtype}.")
    return values.astype(np.int64, copy=False)


def _same_length(left: NDArray[Any], right: NDArray[Any]) -> tuple[Micros, Micros]:
    first, second = _plain(left), _plain(right)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("Two lists of the same length are needed.")
    return first, second


def _require(working_time: Compiled, positions: Micros) -> None:
    for position in (int(positions.min()), int(positions.max())):
        if position == NOT_A_TIME:
            raise ValueError("NaT is not an instant.")
        working_time.require(from_micros(position))
