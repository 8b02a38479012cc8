"""Why a deadline is where it is: what counted, what did not, and which closure closed it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla.working_time.expansion import closed_days_of_weekend, effective_closures, regular_openings
from sla.working_time.intervals import Interval, Intervals, difference, intersection, normalised, total
from sla.working_time.pauses import Pause
from sla.working_time.spec import CalendarSpec, VisitHours
from sla.working_time.zones import DAY, LocalAxis, from_micros, to_micros


class ReasonKind(StrEnum):
    """Why time does not count."""

    OUTSIDE_HOURS = "outside_hours"
    WEEKEND = "weekend"
    BETWEEN_VISITS = "between_visits"
    CLOSURE = "closure"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; a closure has its name and its layer's, a pause its name."""

    kind: ReasonKind
    name: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """Open time that counted, in UTC, with the total up to its end."""

    starts: datetime
    ends: datetime
    working: timedelta
    running_total: timedelta


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that did not count, in UTC, with every reason in the order of time.

    `withheld` is the working time that a pause kept from counting; it is nothing for other gaps.
    """

    starts: datetime
    ends: datetime
    reasons: tuple[Reason, ...]
    withheld: timedelta


TraceRow = Counted | Gap
_Causes = list[tuple[Reason, Intervals]]


def explain(
    spec: CalendarSpec,
    open_between: Callable[[datetime, datetime], Sequence[tuple[datetime, datetime]]],
    start: datetime,
    end: datetime,
    pauses: Sequence[Pause] = (),
) -> list[TraceRow]:
    """Rows that cover [start, end) without a hole, in order; the counted ones sum exactly to what elapsed.

    `open_between` answers when the calendar of `spec` is open, in UTC. A pause stands in rows of its own, with no
    other reason than the pauses that overlap there.
    """
    first, last = to_micros(start), to_micros(end)
    if last < first:
        raise ValueError("An explanation is asked from an earlier to a later instant.")
    opened = [(to_micros(opens), to_micros(closes)) for opens, closes in open_between(start, end)]
    named = [(Reason(ReasonKind.PAUSE, pause.name), _extent(pause, last)) for pause in pauses]
    paused = intersection(normalised(piece for _, extent in named for piece in extent), [(first, last)])
    counted = difference(opened, paused)
    closed = difference(difference([(first, last)], paused), counted) if last > first else []
    causes = calendar_causes(spec, (first, last)) if closed else []
    pieces = [(piece, None) for piece in counted]
    gaps = [(piece, _reasons(piece, causes)) for piece in closed]
    gaps += [(piece, _reasons(piece, named)) for piece in paused]
    return _rows([*pieces, *gaps], opened)


def _rows(pieces: Sequence[tuple[Interval, tuple[Reason, ...] | None]], opened: Intervals) -> list[TraceRow]:
    rows: list[TraceRow] = []
    running = 0
    for (begin, until), reasons in sorted(pieces, key=lambda piece: piece[0]):
        starts, ends = from_micros(begin), from_micros(until)
        if reasons is None:
            running += until - begin
            working, total_so_far = timedelta(microseconds=until - begin), timedelta(microseconds=running)
            rows.append(Counted(starts, ends, working, total_so_far))
        else:
            withheld = total(intersection(opened, [(begin, until)]))
            rows.append(Gap(starts, ends, reasons, timedelta(microseconds=withheld)))
    return rows


def _extent(pause: Pause, last: int) -> Intervals:
    return normalised([(to_micros(pause.starts), last if pause.ends is None else to_micros(pause.ends))])


def _reasons(piece: Interval, causes: _Causes) -> tuple[Reason, ...]:
    """The causes that touch `piece`, each once, the earliest first."""
    found: dict[Reason, int] = {}
    for reason, extent in causes:
        touched = intersection(extent, [piece])
        if touched:
            found[reason] = min(touched[0][0], found.get(reason, touched[0][0]))
    return tuple(sorted(found, key=lambda reason: (found[reason], reason.kind, reason.name, reason.layer)))


def calendar_causes(spec: CalendarSpec, asked: Interval) -> _Causes:
    """Every reason for which the calendar is closed around `asked` (UTC), with its extent in UTC."""
    # Two days of margin are more than any zone's distance from UTC.
    span = (asked[0] // DAY * DAY - 2 * DAY, asked[1] // DAY * DAY + 3 * DAY)
    axis = LocalAxis(spec.time_zone, from_micros(span[0]).year, from_micros(span[1]).year)
    closed = difference([span], regular_openings(spec, span))
    local: _Causes = []
    for exception, layer, extent in effective_closures(spec, span):
        local.append((Reason(ReasonKind.CLOSURE, exception.name, layer.name), extent))
        closed = difference(closed, extent)
    if isinstance(spec.hours, VisitHours):
        local.append((Reason(ReasonKind.BETWEEN_VISITS), closed))
    else:
        weekend = closed_days_of_weekend(spec, span)
        local.append((Reason(ReasonKind.WEEKEND), intersection(closed, weekend)))
        local.append((Reason(ReasonKind.OUTSIDE_HOURS), difference(closed, weekend)))
    return [
        (reason, normalised((axis.to_utc(begin), axis.to_utc(until)) for begin, until in extent))
        for reason, extent in local
    ]
