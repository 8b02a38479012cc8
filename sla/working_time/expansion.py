"""From a description to intervals on the local axis (microseconds since 1970-01-01 00:00 local).

All the set algebra happens on local time; only the resulting boundaries are mapped to UTC. Since that map
never decreases, the order of the two steps does not matter, and the fewest boundaries are mapped.
"""

from collections.abc import Iterable
from datetime import date

from sla.working_time.intervals import Interval, Intervals, difference, intersection, normalised, union
from sla.working_time.spec import AlwaysOpen, CalendarException, CalendarSpec, Layer, VisitHours, WeeklyHours
from sla.working_time.zones import DAY, SECOND, local_micros

MINUTE = 60 * SECOND
_LOCAL_EPOCH_DAY = date(1970, 1, 1)


def _weekday(midnight: int) -> int:
    """0 = Monday; the first of January 1970 was a Thursday."""
    return (midnight // DAY + 3) % 7


def day_start(day: date) -> int:
    """Midnight at the start of a local day, on the local axis."""
    return (day - _LOCAL_EPOCH_DAY).days * DAY


def regular_openings(spec: CalendarSpec, span: Interval) -> Intervals:
    """The openings of the regular hours alone, cut to `span`, which starts and ends at midnights."""
    match spec.hours:
        case AlwaysOpen():
            return [span]
        case VisitHours(visits):
            rows = ((local_micros(visit.starts), local_micros(visit.ends)) for visit in visits)
            return intersection(normalised(rows), [span])
        case WeeklyHours():
            return _weekly_openings(spec.hours, span)


def _weekly_openings(hours: WeeklyHours, span: Interval) -> Intervals:
    by_weekday: list[Intervals] = [[] for _ in range(7)]
    for window in hours.windows:
        by_weekday[window.weekday].append((window.opens * MINUTE, window.closes * MINUTE))
    rows: Intervals = []
    for midnight in range(span[0], span[1], DAY):
        rows.extend((midnight + opens, midnight + closes) for opens, closes in by_weekday[_weekday(midnight)])
    return normalised(rows)


def closed_days_of_weekend(spec: CalendarSpec, span: Interval) -> Intervals:
    """The whole Saturdays and Sundays inside `span` on which the weekly hours have no window."""
    if not isinstance(spec.hours, WeeklyHours):
        return []
    working = {window.weekday for window in spec.hours.windows}
    return normalised(
        (midnight, midnight + DAY)
        for midnight in range(span[0], span[1], DAY)
        if _weekday(midnight) in {5, 6} - working
    )


def exceptions_within(exceptions: Iterable[CalendarException], span: Interval, *, opens: bool) -> Intervals:
    """The closures (or the openings) among `exceptions`, cut to `span`."""
    rows = [(local_micros(e.starts), local_micros(e.ends)) for e in exceptions if e.opens is opens]
    return intersection(normalised(rows), [span])


def with_layer(openings: Intervals, layer: Layer, span: Interval) -> Intervals:
    """`openings` after one layer: its closures cut, then its openings join."""
    closed = exceptions_within(layer.exceptions, span, opens=False)
    opened = exceptions_within(layer.exceptions, span, opens=True)
    rest = difference(openings, closed)
    return union(rest, opened) if opened else rest


def openings(spec: CalendarSpec, span: Interval) -> Intervals:
    """When the calendar is open inside `span`, all layers applied."""
    result = regular_openings(spec, span)
    for layer in spec.layers:
        result = with_layer(result, layer, span)
    return result


def effective_closures(
    spec: CalendarSpec, span: Interval
) -> list[tuple[CalendarException, Layer, Intervals]]:
    """Each closure that took open time inside `span`, with its layer and its extent there.

    'Open' means open by the regular hours or by any opening of the layers up to the closure's own, so that
    two closures of one day are both named, and a holiday on a Sunday is not.
    """
    found: list[tuple[CalendarException, Layer, Intervals]] = []
    ever_open = regular_openings(spec, span)
    for layer in spec.layers:
        opened = exceptions_within(layer.exceptions, span, opens=True)
        for exception in layer.exceptions:
            if exception.opens:
                continue
            extent = intersection([(local_micros(exception.starts), local_micros(exception.ends))], [span])
            if difference(intersection(extent, ever_open), opened):
                found.append((exception, layer, extent))
        ever_open = union(ever_open, opened)
    return found


def listed_span(spec: CalendarSpec) -> Interval | None:
    """For a finite calendar: the whole local days that hold every opening; None if it has none."""
    rows = [
        (local_micros(e.starts), local_micros(e.ends)) for l_ in spec.layers for e in l_.exceptions if e.opens
    ]
    if isinstance(spec.hours, VisitHours):
        rows.extend((local_micros(visit.starts), local_micros(visit.ends)) for visit in spec.hours.visits)
    if not rows:
        return None
    first = min(start for start, _ in rows) // DAY * DAY
    last = -(-max(end for _, end in rows) // DAY) * DAY
    return first, last
