"""A compiled calendar: sorted open intervals in UTC with prefix sums, asked by binary search.

Positions are whole microseconds, which is what PostgreSQL's timestamps and Python's datetimes hold, so that
no answer is ever rounded: mail that arrives at 16:00:37.25 is due at 08:30:37.25. One question at a time is
answered on lists of datetimes, whose comparisons and differences cost a fraction of turning a datetime into
a number and back; many at once are answered on arrays of 64-bit integers (`many`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sla.working_time import many
from sla.working_time.errors import BeyondHorizon, NeverOpens, NoVisitBooked
from sla.working_time.expansion import day_start, listed_span, openings
from sla.working_time.explanation import TraceRow, explain
from sla.working_time.intervals import Interval, Intervals, normalised
from sla.working_time.many import Durations, Instants
from sla.working_time.pauses import Pause, merged_pauses
from sla.working_time.spec import CalendarSpec, VisitHours
from sla.working_time.zones import DAY, LOCAL_EPOCH, LocalAxis, from_micros, utc

NOTHING = timedelta()
BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


class WorkingTime:
    """Working time of one calendar between two days. Immutable; made by `compile_calendar`.

    Instants are aware datetimes in any zone; answers are in UTC. A question or an answer outside the
    compiled days raises BeyondHorizon: `Timeline` catches it and compiles more. Naive datetimes raise
    ValueError.
    """

    def __init__(self, spec: CalendarSpec, intervals: Intervals, horizon: Interval | None) -> None:
        self.spec = spec
        self.intervals = intervals
        # A finite calendar is known from beginning to end: it has no horizon.
        self.is_finite = horizon is None
        self.starts, self.ends = (BEGINNING, END) if horizon is None else map(from_micros, horizon)
        # An empty interval at the beginning of time saves asking whether an instant is before every opening.
        self._opens = [BEGINNING]
        self._closes = [BEGINNING]
        self._worked = [NOTHING]
        worked = NOTHING
        for start, end in intervals:
            opens, closes = from_micros(start), from_micros(end)
            worked += closes - opens
            self._opens.append(opens)
            self._closes.append(closes)
            self._worked.append(worked)

    @property
    def last_closing(self) -> datetime:
        """The end of the last opening that is compiled; the beginning of time if there is none."""
        return self._closes[-1]

    def require(self, instant: datetime) -> None:
        """BeyondHorizon unless the UTC `instant` is inside the compiled days."""
        if not self.starts <= instant < self.ends:
            raise BeyondHorizon(needed=instant, asked=instant)

    def _out_of_openings(self, asked: datetime) -> Exception:
        if not self.is_finite:
            return BeyondHorizon(needed=self.ends, asked=asked)
        error = NoVisitBooked if isinstance(self.spec.hours, VisitHours) else NeverOpens
        return error(after=max(asked, self.last_closing))

    def _worked_at(self, instant: datetime) -> timedelta:
        """Working time from the first compiled day to a UTC instant."""
        if not self.starts <= instant < self.ends:
            raise BeyondHorizon(needed=instant, asked=instant)
        index = bisect_right(self._opens, instant) - 1
        close = self._closes[index]
        return self._worked[index] - (close - instant) if instant < close else self._worked[index]

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The earliest instant at which the working time since `start` equals `working` (Rule S4), in UTC.

        An allowance of nothing gives `start` itself. Raises BeyondHorizon, NeverOpens, or NoVisitBooked
        (Rule S7); ValueError for a negative allowance.
        """
        if start.tzinfo is not UTC:
            start = utc(start)
        if working <= NOTHING:
            if working < NOTHING:
                raise ValueError("An allowance is never negative.")
            self.require(start)
            return start
        if not self.starts <= start < self.ends:
            raise BeyondHorizon(needed=start, asked=start)
        index = bisect_right(self._opens, start) - 1
        close = self._closes[index]
        target = self._worked[index] + working
        if start < close:
            target -= close - start
        # The first interval that reaches the target, so that an allowance used up at closing time ends there.
        index = bisect_left(self._worked, target)
        if index == len(self._worked):
            raise self._out_of_openings(start)
        return self._closes[index] - (self._worked[index] - target)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; ValueError if they are the wrong way round."""
        if start.tzinfo is not UTC:
            start = utc(start)
        if end.tzinfo is not UTC:
            end = utc(end)
        if end < start:
            raise ValueError("Working time is asked from an earlier to a later instant.")
        return self._worked_at(end) - self._worked_at(start)

    def is_open(self, at: datetime) -> bool:
        """Whether work counts at this instant; the closing instant itself is closed."""
        at = utc(at)
        self.require(at)
        return at < self._closes[bisect_right(self._opens, at) - 1]

    def next_opening(self, at: datetime) -> datetime:
        """The earliest open instant at or after `at` (Rule S9), in UTC; raises as `add` does."""
        at = utc(at)
        self.require(at)
        index = bisect_right(self._closes, at)
        if index == len(self._opens):
            raise self._out_of_openings(at)
        return max(at, self._opens[index])

    def open_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals between two instants, in UTC, cut to them."""
        start, end = utc(start), utc(end)
        self.require(start)
        self.require(end)
        first = bisect_right(self._closes, start)
        last = bisect_left(self._opens, end)
        return [(max(start, self._opens[i]), min(end, self._closes[i])) for i in range(first, last)]

    def add_with_pauses(
        self, start: datetime, working: timedelta, pauses: Sequence[Pause]
    ) -> datetime | None:
        """As `add`, but working time inside a pause does not count (Rule S10).

        Pauses may overlap. None if an open pause keeps the clock from ever reaching the allowance.
        """
        position, left = utc(start), working
        for paused_from, paused_to in merged_pauses(pauses) if left else ():
            if paused_to is not None and paused_to <= position:
                continue
            if paused_from > position:
                counted = self._worked_at(paused_from) - self._worked_at(position)
                if counted >= left:
                    break
                left -= counted
            if paused_to is None:
                return None
            position = paused_to
        return self.add(position, left)

    def elapsed_with_pauses(self, start: datetime, end: datetime, pauses: Sequence[Pause]) -> timedelta:
        """As `elapsed`, without the working time inside the pauses (Rule S10)."""
        start, end = utc(start), utc(end)
        counted = self.elapsed(start, end)
        for paused_from, paused_to in merged_pauses(pauses):
            first = max(start, paused_from)
            last = end if paused_to is None else min(end, paused_to)
            if first < last:
                counted -= self._worked_at(last) - self._worked_at(first)
        return counted

    def explain(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> list[TraceRow]:
        """See `explanation.explain`."""
        return explain(self.spec, self.open_between, start, end, pauses)

    def add_many(self, starts: Instants, allowances: Durations) -> NDArray[np.datetime64]:
        """See `many.add_many`."""
        return many.add_many(self, starts, allowances)

    def elapsed_many(self, starts: Instants, ends: Instants) -> NDArray[np.timedelta64]:
        """See `many.elapsed_many`."""
        return many.elapsed_many(self, starts, ends)

    @cached_property
    def arrays(self) -> many.Arrays:
        """The intervals as arrays, made when first asked for."""
        return many.Arrays.of(self.intervals)


def compile_calendar(spec: CalendarSpec, from_day: date, until_day: date) -> WorkingTime:
    """Compile the local days from `from_day` to before `until_day`; InvalidCalendar for an unknown zone.

    A finite calendar (visits) is compiled whole, whatever days are asked for: it is small, and looking ahead
    in it must never stop early. A year of desk hours takes about a millisecond.
    """
    span: Interval | None = (day_start(from_day), day_start(until_day))
    if spec.is_finite:
        span = listed_span(spec)
        if span is None:
            return WorkingTime(spec, [], None)
    assert span is not None
    axis = LocalAxis(spec.time_zone, _year(span[0]), _year(span[1]))
    mapped = normalised((axis.to_utc(opens), axis.to_utc(closes)) for opens, closes in openings(spec, span))
    horizon = None if spec.is_finite else (axis.to_utc(span[0]), axis.to_utc(span[1]))
    return WorkingTime(spec, mapped, horizon)


def _year(local: int) -> int:
    return (LOCAL_EPOCH + timedelta(days=local // DAY)).year
