"""Deadline arithmetic against businesstimedelta and business-duration, with the same hours and holidays."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from operator import ne
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import compare, human
from sla.working_time import (
    CalendarException,
    CalendarSpec,
    Layer,
    LayerKind,
    Nation,
    public_holidays,
    to_datetimes,
    to_instants,
    weekly_hours,
    working_time_for,
)

if TYPE_CHECKING:
    from tests.sla.oracle import Oracle

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = time(8), time(16, 30)
YEARS = range(2025, 2030)
ALLOWANCES = [timedelta(hours=hours) for hours in (1, 8, 2, 16, 4, 40, 8, 80)]
ITEMS = 200
ITEMS_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Work:
    """Starts in UTC, to the second, any day and hour of two years, with the allowances of the four levels."""

    starts: list[datetime]
    allowances: list[timedelta]


def closed_days() -> dict[date, str]:
    """The holidays of England and Wales and a shutdown from 24 December to 1 January of each year."""
    days = {row.day: row.name for row in public_holidays(Nation.ENGLAND_AND_WALES, YEARS)}
    for year in YEARS:
        days |= {date(year, 12, 24) + timedelta(days=offset): "Christmas shutdown" for offset in range(9)}
    return days


@cache
def calendar() -> CalendarSpec:
    """The desk hours of the service rules as a calendar of the engine."""
    closures = tuple(CalendarException.closed_days(name, day) for day, name in closed_days().items())
    layer = Layer("Closed days", LayerKind.PUBLIC_HOLIDAYS, closures)
    return CalendarSpec("Europe/London", weekly_hours(range(5), (OPENS, CLOSES)), (layer,))


def work(items: int) -> Work:
    """The same work each time for the same number of items."""
    source = random.Random(20261120)
    first, seconds = datetime(2026, 1, 1, tzinfo=UTC), 2 * 365 * 86_400
    starts = [first + timedelta(seconds=source.randrange(seconds)) for _ in range(items)]
    return Work(starts, [source.choice(ALLOWANCES) for _ in range(items)])


def engine_deadlines(todo: Work) -> list[datetime]:
    add = working_time_for(calendar()).add
    return [add(start, working) for start, working in zip(todo.starts, todo.allowances, strict=True)]


def peer_deadlines() -> Callable[[Work], list[datetime]]:
    """businesstimedelta set up with the same calendar; a dictionary of days is its fastest form of
    holidays."""
    import businesstimedelta
    import pytz

    zone = pytz.timezone("Europe/London")
    days = businesstimedelta.WorkDayRule(
        start_time=OPENS, end_time=CLOSES, working_days=list(range(5)), tz=zone
    )
    rules = businesstimedelta.Rules([days, businesstimedelta.HolidayRule(closed_days(), tz=zone)])

    def deadlines(todo: Work) -> list[datetime]:
        make = businesstimedelta.BusinessTimeDelta
        pairs = zip(todo.starts, todo.allowances, strict=True)
        return [start + make(rules, timedelta=working) for start, working in pairs]

    return deadlines


@cache
def oracle() -> "Oracle":
    """The second opinion of the tests, which shares no arithmetic with the engine."""
    from tests.sla.oracle import Oracle

    return Oracle(calendar())


def difference(ours: list[datetime], theirs: list[datetime]) -> str:
    """How many answers differ, with the first that does."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    if not pairs:
        return f"all {len(ours)} answers equal"
    return f"{len(pairs)} of {len(ours)} answers differ, first: {pairs[0][0]} v {pairs[0][1]}"


@benchmark("deadlines")
def deadlines() -> Iterable[Ratio]:
    """One deadline per call, and many at once, against businesstimedelta."""
    peer = peer_deadlines()
    todo = work(ITEMS)
    answers = difference(engine_deadlines(todo), peer(todo))
    single = compare(lambda: engine_deadlines(todo), lambda: peer(todo), our_items=ITEMS, their_items=ITEMS)
    yield Ratio(
        "deadline v businesstimedelta",
        single.ratio,
        300,
        Direction.AT_LEAST,
        f"{human(single.ours)} v {human(single.theirs)} a call; {answers}",
    )
    many = work(ITEMS_AT_ONCE)
    timeline = working_time_for(calendar())
    starts = to_instants(many.starts)
    allowances = np.array(many.allowances, dtype="timedelta64[us]")
    at_once = compare(
        lambda: timeline.add_many(starts, allowances),
        lambda: peer(todo),
        our_items=ITEMS_AT_ONCE,
        their_items=ITEMS,
    )
    yield Ratio(
        "deadlines at once v businesstimedelta",
        at_once.ratio,
        4000,
        Direction.AT_LEAST,
        f"{human(at_once.ours)} v {human(at_once.theirs)} an item",
    )
    expected = [oracle().add(*pair) for pair in zip(many.starts, many.allowances, strict=True)]
    one_by_one = sum(map(ne, engine_deadlines(many), expected))
    together = sum(map(ne, to_datetimes(timeline.add_many(starts, allowances)), expected))
    yield Ratio(
        "deadlines that differ from the oracle's",
        one_by_one + together,
        0,
        Direction.AT_MOST,
        f"{one_by_one} one by one, {together} at once, of {ITEMS_AT_ONCE:,} each",
    )


@benchmark("elapsed")
def elapsed() -> Iterable[Ratio]:
    """Elapsed working time per call against business-duration, which knows no deadlines and no time zones."""
    from business_duration import businessDuration

    holidays = closed_days()
    todo = work(ITEMS)
    ends = engine_deadlines(todo)
    spans = list(zip(todo.starts, ends, strict=True))
    local = [[instant.astimezone(LONDON).replace(tzinfo=None) for instant in span] for span in spans]
    measure = working_time_for(calendar()).elapsed

    def engine() -> list[timedelta]:
        return [measure(start, end) for start, end in spans]

    def peer() -> list[float]:
        return [
            businessDuration(start, end, starttime=OPENS, endtime=CLOSES, holidaylist=holidays, unit="sec")
            for start, end in local
        ]

    comparison = compare(engine, peer, our_items=ITEMS, their_items=ITEMS)
    expected = [oracle().elapsed(*span) for span in spans]
    theirs = sum(
        abs(seconds - right.total_seconds()) >= 1 for seconds, right in zip(peer(), expected, strict=True)
    )
    yield Ratio(
        "elapsed v business-duration",
        comparison.ratio,
        20,
        Direction.AT_LEAST,
        f"{human(comparison.ours)} v {human(comparison.theirs)} a call; "
        f"{theirs} of {ITEMS} of its answers are off by a second or more",
    )
    yield Ratio(
        "elapsed times that differ from the oracle's",
        sum(map(ne, engine(), expected)),
        0,
        Direction.AT_MOST,
        f"of {ITEMS}",
    )
