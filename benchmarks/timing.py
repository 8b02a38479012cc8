"""Measuring short calls."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


def best_seconds(
    function: Callable[[], object], *, repeat: int = 5, clock: Clock = time.perf_counter
) -> float:
    """The shortest of several runs in seconds, without the garbage collector.

    The minimum is what the code costs; everything above it is what else the machine was doing.
    """
    best = float("inf")
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(repeat):
            started = clock()
            function()
            best = min(best, clock() - started)
    finally:
        if was_enabled:
            gc.enable()
    return best


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two costs per item, in seconds."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times the peer's cost is of ours."""
        return self.theirs / self.ours


def compare(
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    our_items: int = 1,
    their_items: int = 1,
    rounds: int = 10,
) -> Comparison:
    """Compare two pieces of work that wait for nothing: processor time, in turns, the best of each side.

    Wall time would favour the shorter side on a busy machine, where it slips between the others more easily;
    turns give both sides the same quiet and the same busy moments.
    """
    ours()  # warm caches on both sides
    theirs()
    our_best = their_best = float("inf")
    for _ in range(rounds):
        our_best = min(our_best, best_seconds(ours, repeat=10, clock=time.thread_time))
        their_best = min(their_best, best_seconds(theirs, repeat=2, clock=time.thread_time))
    return Comparison(our_best / our_items, their_best / their_items)


def human(seconds: float) -> str:
    """Seconds with a unit that leaves a readable number."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
