"""A sweep costs what is due, not what is open: ten steps among 200,000 running clocks against ten among
1,000.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from benchmarks.clocks import NOW, BusyDesk, make_busy_desk, tidy
from benchmarks.database import connected, scratch_database
from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import human

FEW, MANY, DUE = 1_000, 200_000, 10
REPEAT = 9


@benchmark("sweep")
def sweep_among_many() -> Iterable[Ratio]:
    with _swept_desk(FEW) as few, _swept_desk(MANY) as many:
        best = {few: float("inf"), many: float("inf")}
        # By turns, so that whatever else the machine does slows both alike.
        for turn in range(REPEAT):
            for desk in best:
                with connected(desk.owner_url):
                    best[desk] = min(best[desk], _sweep_seconds(desk, turn))
    figures = f"{human(best[many])} among {MANY:,}, {human(best[few])} among {FEW:,}"
    yield Ratio(
        f"sweep {DUE} due among {MANY:,} / among {FEW:,}",
        best[many] / best[few],
        2,
        Direction.AT_MOST,
        figures,
    )


@contextmanager
def _swept_desk(clocks: int) -> Iterator[BusyDesk]:
    """A desk of its own on which nothing is due and the sweeper is warm."""
    from delivery.sweeper import sweep

    with scratch_database() as owner_url:
        desk = make_busy_desk(clocks, owner_url)
        tidy(owner_url)
        sweep(now=NOW - timedelta(days=30), queues=["clocks"])
        yield desk


def _sweep_seconds(desk: BusyDesk, turn: int) -> float:
    """A sweep that warns on ten clocks."""
    from accounts.tenancy.scope import Scope, open_scope
    from delivery.sweeper import sweep
    from sla.models import Clock

    at = NOW - timedelta(days=20) + timedelta(minutes=turn)
    with open_scope(Scope(provider_id=desk.provider_id)):
        running = Clock.objects.filter(state="running", warned_at=None).order_by("pk")
        ids = list(running.values_list("pk", flat=True)[:DUE])
        Clock.objects.filter(pk__in=ids).update(warn_at=at, wake_at=at)
    started = time.perf_counter()
    done = sweep(now=at, queues=["clocks"]).done
    seconds = time.perf_counter() - started
    assert done == {"clocks": DUE}, done
    return seconds
