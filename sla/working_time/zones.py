"""Local time to UTC, always from the locked tzdata package.

The operating system's zone files are left aside on purpose: an upgrade of the machine must not move a
deadline, and two machines of one installation must agree.
"""

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import metadata, resources
from itertools import accumulate
from zoneinfo import ZoneInfo

from sla.working_time.errors import InvalidCalendar

TZDATA_VERSION: str = metadata.version("tzdata")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOCAL_EPOCH = EPOCH.replace(tzinfo=None)
SECOND = 1_000_000
DAY = 86_400 * SECOND
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")


def utc(instant: datetime) -> datetime:
    """An aware datetime in UTC; a naive one raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; got a naive datetime.")
    return instant.astimezone(UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds from 1970 UTC to an aware datetime; a naive one raises ValueError."""
    return delta_micros(utc(instant) - EPOCH)


def from_micros(micros: int) -> datetime:
    """The UTC datetime that many microseconds after 1970 UTC."""
    return EPOCH + timedelta(microseconds=micros)


def delta_micros(delta: timedelta) -> int:
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def local_micros(local: datetime) -> int:
    """A naive local datetime as a position on the local axis: microseconds since 1970-01-01 00:00 local."""
    return delta_micros(local - LOCAL_EPOCH)


@cache
def load_zone(name: str) -> ZoneInfo:
    """The zone `name` of the locked tzdata package; InvalidCalendar if there is none."""
    if not _ZONE_NAME.fullmatch(name):
        raise InvalidCalendar(f"Unknown time zone: {name!r}")
    path = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    try:
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError) as error:
        raise InvalidCalendar(f"Unknown time zone: {name!r}") from error


def _offset(zone: ZoneInfo, micros: int) -> int:
    offset = from_micros(micros).astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo knows its offset at every instant
    return delta_micros(offset)


@lru_cache(maxsize=4096)
def _changes_of_year(name: str, year: int) -> tuple[tuple[int, int], ...]:
    """Each change of the offset within a UTC year as (first instant of the new offset, new offset).

    Days are probed and a change is then found by halving, to the second.
    """
    zone = load_zone(name)
    first = to_micros(datetime(year, 1, 1, tzinfo=UTC))
    last = to_micros(datetime(year + 1, 1, 1, tzinfo=UTC))
    changes = []
    before = _offset(zone, first)
    for day in range(first + DAY, last + 1, DAY):
        after = _offset(zone, day)
        if after != before:
            low, high = (day - DAY) // SECOND, day // SECOND
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle * SECOND) == before:
                    low = middle
                else:
                    high = middle
            changes.append((high * SECOND, after))
            before = after
    return tuple(changes)


class LocalAxis:
    """Maps positions of a zone's local clock to UTC, for the local years from `first_year` to `last_year`.

    Rule S15: the answer is the *first instant at which the clock shows this time or a later one*. That one
    sentence gives the first of a local time that occurs twice, and the next that exists for one that does
    not. The map never decreases, so that intervals keep their order and real length across a change of the
    clocks.
    """

    __slots__ = ("_offsets", "_reached", "_starts")

    def __init__(self, zone_name: str, first_year: int, last_year: int) -> None:
        zone = load_zone(zone_name)
        begin = to_micros(datetime(first_year - 1, 1, 1, tzinfo=UTC))
        starts, offsets = [begin], [_offset(zone, begin)]
        for year in range(first_year - 1, last_year + 2):
            for at, offset in _changes_of_year(zone_name, year):
                starts.append(at)
                offsets.append(offset)
        shown_before_change = [at + offset for at, offset in zip(starts[1:], offsets, strict=False)]
        self._starts = starts
        self._offsets = offsets
        self._reached = list(accumulate(shown_before_change, max))

    def to_utc(self, local: int) -> int:
        """Microseconds UTC of a position on the local axis (Rule S15)."""
        segment = bisect_right(self._reached, local)
        return max(self._starts[segment], local - self._offsets[segment])
