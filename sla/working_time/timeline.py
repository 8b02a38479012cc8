"""A calendar without an end: compiled around what is asked, grown when needed, kept in a cache."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sla.working_time.compiled import WorkingTime, compile_calendar
from sla.working_time.errors import BeyondHorizon, NeverOpens
from sla.working_time.explanation import TraceRow
from sla.working_time.many import Durations, Instants
from sla.working_time.pauses import Pause
from sla.working_time.spec import CalendarSpec
from sla.working_time.zones import TZDATA_VERSION

FIRST_YEAR = 1970
LAST_YEAR = 2199
LOOK_AHEAD = timedelta(days=3653)  # ten years

Answer = TypeVar("Answer")


class Timeline:
    """Working time of one calendar at any instant from 1970 to 2199. Safe to share between threads.

    Whole years are compiled. A question or an answer beyond them compiles the years up to it, at least
    doubling the range, so that growing costs no more in total than compiling once. With no opening for ten
    years NeverOpens is raised; outside the supported years, BeyondHorizon.
    """

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self._lock = threading.Lock()
        self._years: tuple[int, int] | None = None
        self._compiled = WorkingTime(spec, [], (0, 0))
        if spec.is_finite:
            self._compiled = compile_calendar(spec, date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + 1, 1, 1))

    @property
    def compiled(self) -> WorkingTime:
        """What is compiled at this moment."""
        return self._compiled

    def _answer(self, question: Callable[[WorkingTime], Answer]) -> Answer:
        while True:
            compiled = self._compiled
            try:
                return question(compiled)
            except BeyondHorizon as beyond:
                self._grow(compiled, beyond)

    def _grow(self, seen: WorkingTime, beyond: BeyondHorizon) -> None:
        with self._lock:
            if self._compiled is not seen:
                return  # another thread has grown it meanwhile: ask again
            if beyond.needed == seen.ends:
                closed_since = max(beyond.asked, seen.last_closing)
                if seen.ends - closed_since >= LOOK_AHEAD:
                    raise NeverOpens(after=closed_since)
            year = beyond.needed.year
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise beyond
            first, last = self._years or (year, year)
            length = last - first + 1
            # West of Greenwich a year of the calendar begins hours after that of UTC: only the instant tells.
            if self._years and beyond.needed < seen.starts:
                first = max(FIRST_YEAR, min(year, first - length))
            if year >= last:
                last = min(LAST_YEAR, max(year + 1, last + length))
            if (first, last) == self._years:
                raise beyond
            self._compiled = compile_calendar(self.spec, date(first, 1, 1), date(last + 1, 1, 1))
            self._years = (first, last)

    def add(self, start: datetime, working: timedelta) -> datetime:
        """See `WorkingTime.add` (Rule S4)."""
        try:
            return self._compiled.add(start, working)  # nearly always; without the cost of the closure
        except BeyondHorizon:
            return self._answer(lambda compiled: compiled.add(start, working))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """See `WorkingTime.elapsed`."""
        try:
            return self._compiled.elapsed(start, end)
        except BeyondHorizon:
            return self._answer(lambda compiled: compiled.elapsed(start, end))

    def is_open(self, at: datetime) -> bool:
        """See `WorkingTime.is_open`."""
        return self._answer(lambda compiled: compiled.is_open(at))

    def next_opening(self, at: datetime) -> datetime:
        """See `WorkingTime.next_opening` (Rule S9)."""
        return self._answer(lambda compiled: compiled.next_opening(at))

    def open_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """See `WorkingTime.open_between`."""
        return self._answer(lambda compiled: compiled.open_between(start, end))

    def add_with_pauses(
        self, start: datetime, working: timedelta, pauses: Sequence[Pause]
    ) -> datetime | None:
        """See `WorkingTime.add_with_pauses` (Rule S10)."""
        return self._answer(lambda compiled: compiled.add_with_pauses(start, working, pauses))

    def elapsed_with_pauses(self, start: datetime, end: datetime, pauses: Sequence[Pause]) -> timedelta:
        """See `WorkingTime.elapsed_with_pauses` (Rule S10)."""
        return self._answer(lambda compiled: compiled.elapsed_with_pauses(start, end, pauses))

    def explain(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> list[TraceRow]:
        """See `explanation.explain`."""
        return self._answer(lambda compiled: compiled.explain(start, end, pauses))

    def add_many(self, starts: Instants, allowances: Durations) -> NDArray[np.datetime64]:
        """See `many.add_many`."""
        return self._answer(lambda compiled: compiled.add_many(starts, allowances))

    def elapsed_many(self, starts: Instants, ends: Instants) -> NDArray[np.timedelta64]:
        """See `many.elapsed_many`."""
        return self._answer(lambda compiled: compiled.elapsed_many(starts, ends))


class TimelineCache:
    """The most recently used timelines by content hash and tzdata version; each grows its own horizon."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._timelines: OrderedDict[tuple[str, str], Timeline] = OrderedDict()

    def get(self, sha256: str, load: Callable[[], CalendarSpec]) -> Timeline:
        """The timeline of the calendar with this hash; `load` is called only if it is not held."""
        key = (sha256, TZDATA_VERSION)
        with self._lock:
            timeline = self._timelines.get(key)
            if timeline is not None:
                self._timelines.move_to_end(key)
                return timeline
        loaded = Timeline(load())
        with self._lock:
            timeline = self._timelines.setdefault(key, loaded)
            self._timelines.move_to_end(key)
            if len(self._timelines) > self._size:
                self._timelines.popitem(last=False)
        return timeline


_cache = TimelineCache(size=256)


def working_time_for(spec: CalendarSpec) -> Timeline:
    """The shared timeline of a calendar."""
    return _cache.get(spec.sha256(), lambda: spec)


def working_time_by_hash(sha256: str, load: Callable[[], CalendarSpec]) -> Timeline:
    """The shared timeline of a stored calendar; `load` reads it only if this process does not hold it yet."""
    return _cache.get(sha256, load)
