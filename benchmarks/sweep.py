"""A sweep costs what is due, not what is open: ten steps among 200,000 running clocks against ten among
1,000.
"""

import time
from collections.abc import Iterable
from datetime import timedelta

from benchmarks.clocks import NOW, make_busy_desk, tidy
from benchmarks.database import scratch_database
from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import human

FEW, MANY, DUE = 1_000, 200_000, 10
REPEAT = 9


@benchmark("sweep")
def sweep_among_many() -> Iterable[Ratio]:
    few, many = _sweep_seconds(FEW), _sweep_seconds(MANY)
    figures = f"{human(many)} among {MANY:,}, {human(few)} among {FEW:,}"
    yield Ratio(f"sweep {DUE} due among {MANY:,} / among {FEW:,}", many / few, 2, Direction.AT_MOST, figures)


def _sweep_seconds(clocks: int) -> float:
    """The best of several sweeps, each of which warns on ten clocks."""
    with scratch_database() as owner_url:
        from accounts.tenancy.scope import Scope, open_scope
        from delivery.sweeper import sweep
        from sla.models import Clock

        desk = make_busy_desk(clocks)
        tidy(owner_url)
        sweep(now=NOW - timedelta(days=30), queues=["clocks"])
        best = float("inf")
        for turn in range(REPEAT):
            with open_scope(Scope(provider_id=desk.provider_id)):
                running = Clock.objects.filter(state="running", warned_at=None).order_by("pk")
                ids = list(running.values_list("pk", flat=True)[:DUE])
                at = NOW - timedelta(days=20) + timedelta(minutes=turn)
                Clock.objects.filter(pk__in=ids).update(warn_at=at, wake_at=at)
            started = time.perf_counter()
            done = sweep(now=at, queues=["clocks"]).done
            best = min(best, time.perf_counter() - started)
            assert done == {"clocks": DUE}, done
    return best
