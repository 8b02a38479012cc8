"""A second opinion on working time: slow, simple, and sharing no arithmetic with the engine.

Every minute of three years is visited in UTC, converted to the local clock, and the calendar's raw rules
are asked whether that local time is open. Answers are sums over the resulting map of minutes. Boundaries
must be whole minutes.

A clock that is put back shows an hour twice; the first one is meant (Rule S15). So the rules are asked with
the latest time that the clock has shown so far, which stands still through the repeated hour.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sla.working_time.spec import AlwaysOpen, CalendarSpec, VisitHours, WeeklyHours

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LAST = datetime(2029, 1, 1, tzinfo=UTC)
MINUTES = int((LAST - FIRST).total_seconds()) // 60
_NAIVE_FIRST = FIRST.replace(tzinfo=None)

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@cache
def shown_by_the_clock(zone_name: str) -> Ints:
    """For each UTC minute the latest local time shown so far, in minutes since the local 2026-01-01 00:00."""
    zone = ZoneInfo(zone_name)
    first = int(FIRST.timestamp())
    shown = np.empty(MINUTES, dtype=np.int64)
    latest = -(10**9)
    for minute in range(MINUTES):
        offset = datetime.fromtimestamp(first + minute * 60, zone).utcoffset()
        assert offset is not None
        local = minute + int(offset.total_seconds()) // 60
        latest = max(latest, local)
        shown[minute] = latest
    return shown


def _local_minute(local: datetime) -> int:
    seconds = (local - _NAIVE_FIRST).total_seconds()
    assert seconds % 60 == 0, "the oracle knows whole minutes only"
    return int(seconds) // 60


def _regular(spec: CalendarSpec, local: Ints) -> Bools:
    match spec.hours:
        case AlwaysOpen():
            return np.ones(len(local), dtype=bool)
        case VisitHours(visits):
            is_open = np.zeros(len(local), dtype=bool)
            for visit in visits:
                is_open |= (local >= _local_minute(visit.starts)) & (local < _local_minute(visit.ends))
            return is_open
        case WeeklyHours(windows):
            week = np.zeros(7 * 1440, dtype=bool)
            for window in windows:
                for minute in range(window.opens, window.closes):
                    week[window.weekday * 1440 + minute] = True
            minute_of_week = (local + _NAIVE_FIRST.weekday() * 1440) % (7 * 1440)
            answer: Bools = week[minute_of_week]
            return answer


class Oracle:
    """The map of open minutes of one calendar, 2026 to 2028."""

    def __init__(self, spec: CalendarSpec) -> None:
        local = shown_by_the_clock(spec.time_zone)
        is_open = _regular(spec, local)
        for layer in spec.layers:
            for opens in (False, True):
                for exception in layer.exceptions:
                    if exception.opens is opens:
                        starts, ends = _local_minute(exception.starts), _local_minute(exception.ends)
                        is_open[(local >= starts) & (local < ends)] = opens
        self.is_open_at_minute = is_open
        self.open_minutes_before = np.concatenate(([0], np.cumsum(is_open)))

    def is_open(self, at: datetime) -> bool:
        return bool(self.is_open_at_minute[self._split(at)[0]])

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return self._worked(end) - self._worked(start)

    def add(self, start: datetime, working: timedelta) -> datetime | None:
        """The earliest instant with that much working time since `start`; None if three years do not hold
        it."""
        if not working:
            return start
        target = self._worked(start) + working
        whole, rest = divmod(target, timedelta(minutes=1))
        needed = whole + 1 if rest else whole
        # The first minute at whose end enough minutes have been open.
        minute = int(np.searchsorted(self.open_minutes_before, needed, side="left")) - 1
        if minute >= MINUTES:
            return None
        into = rest if rest else timedelta(minutes=1)
        return FIRST + timedelta(minutes=minute) + into

    def next_opening(self, at: datetime) -> datetime | None:
        minute, _ = self._split(at)
        if self.is_open_at_minute[minute]:
            return at
        later = np.flatnonzero(self.is_open_at_minute[minute:])
        return FIRST + timedelta(minutes=minute + int(later[0])) if len(later) else None

    def without(self, start: datetime, end: datetime, pauses: list[tuple[datetime, datetime]]) -> timedelta:
        """Working time from `start` to `end` outside the pauses, whose ends are whole minutes."""
        first, into_first = self._split(start)
        last, into_last = self._split(end)
        counts = self.is_open_at_minute[first : last + 1].copy()
        for begin, until in pauses:
            from_minute, to_minute = (max(0, self._split(edge)[0] - first) for edge in (begin, until))
            counts[from_minute:to_minute] = False
        answer = timedelta(minutes=int(counts[:-1].sum()))
        answer -= into_first if counts[0] else timedelta()
        return answer + (into_last if counts[-1] else timedelta())

    def _split(self, at: datetime) -> tuple[int, timedelta]:
        minute, rest = divmod(at - FIRST, timedelta(minutes=1))
        assert 0 <= minute < MINUTES, f"{at} is outside the oracle's years"
        return minute, rest

    def _worked(self, at: datetime) -> timedelta:
        minute, rest = self._split(at)
        worked = timedelta(minutes=int(self.open_minutes_before[minute]))
        return worked + rest if self.is_open_at_minute[minute] else worked
