"""Who listens to one web process: what each costs in memory, and how soon it is told.

Five hundred visitors have a chat each, so that an event is for one of them. Two hundred open queues of one desk all
hear the same, so that each event is handed to every one.
"""

import asyncio
import statistics
from collections.abc import Iterable

from benchmarks.listening import Pages, milliseconds, told_and_memory, web_process
from benchmarks.project import set_up_django
from benchmarks.registry import Direction, Ratio, benchmark

FEW, VISITORS, QUEUES = 10, 500, 200
TOLD, TOLD_ALL = 200, 50


@benchmark("chat")
def visitors_of_one_process() -> Iterable[Ratio]:
    pages = Pages(lambda number: f"chat:{number}", "chat")
    yield from _ratios("chat", "messages", pages, VISITORS, TOLD, 1, limit=3)


@benchmark("queue_pages")
def queues_of_one_process() -> Iterable[Ratio]:
    pages = Pages(lambda number: "queue:1", "tickets")
    yield from _ratios("open queues", "changes", pages, QUEUES, TOLD_ALL, QUEUES, limit=25)


def _ratios(
    name: str, what: str, pages: Pages, many: int, told: int, each_to: int, *, limit: float
) -> Iterable[Ratio]:
    set_up_django("tests.settings")
    with web_process() as pid:
        (few, little), (lots, much) = asyncio.run(told_and_memory(pages, pid, (FEW, many), told))
    median, other = statistics.median(lots), statistics.median(few)
    last = milliseconds(statistics.quantiles(lots, n=100)[98])
    yield Ratio(
        f"{name}: told among {many} / among {FEW}",
        median / other,
        limit,
        Direction.AT_MOST,
        f"median {milliseconds(median)} and {milliseconds(other)}, 99 of 100 within {last}",
    )
    expected = told * each_to
    yield Ratio(
        f"{name}: {what} not told among {many}",
        expected - len(lots),
        0,
        Direction.AT_MOST,
        f"of {expected:,}",
    )
    yield Ratio(
        f"{name}: memory of the web with {many} / with {FEW}",
        much / little,
        1.6,
        Direction.AT_MOST,
        f"{much / 1e6:.0f} and {little / 1e6:.0f} MB: {(much - little) / (many - FEW) / 1e3:.0f} kB for each",
    )
