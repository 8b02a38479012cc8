"""What is normal, and what lies beyond it: pure arithmetic in whole numbers (Rule S12).

A percentile is the nearest rank: the smallest value that at least so many per cent of all values do not exceed. So it
is a time that a ticket really took, and 'nine of ten were fixed within it' is true as it is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MEDIAN, NINTH = 50, 90
ENOUGH = 20  # tickets that a category and level need for a figure of their own, and a level for any
FLOOR_MINUTES = 8 * 60  # of working time: whatever is younger has not been open long

MANY = 5  # urgent and high tickets in the last days; fewer are never put up
TIMES_NORMAL = 2
LAST_DAYS, YEAR_DAYS = 30, 365
KNOWN_AFTER = 90  # days of history from which a school's own past says something
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Normal:
    """How long the tickets of one kind took, in working minutes."""

    tickets: int
    median: int
    ninth: int


def percentile(ordered: Sequence[int], per_cent: int) -> int:
    """The nearest-rank percentile of values in ascending order. Raises ValueError without any."""
    if not ordered:
        raise ValueError("Of no values there is no percentile.")
    rank = -(-len(ordered) * per_cent // 100)
    return ordered[max(rank, 1) - 1]


def normal_of(minutes: Iterable[int]) -> Normal | None:
    """What is normal by these times; None where they are too few to say."""
    ordered = sorted(minutes)
    if len(ordered) < ENOUGH:
        return None
    return Normal(len(ordered), percentile(ordered, MEDIAN), percentile(ordered, NINTH))


Kind = tuple[int | None, int]  # category and level; of all categories together where it is None


def normals_of(times: Mapping[Kind, Sequence[int]]) -> dict[Kind, Normal]:
    """What is normal for each category and level that has enough tickets, and for each level of all categories."""
    by_level: dict[Kind, list[int]] = {}
    for (_category, level), minutes in times.items():
        by_level.setdefault((None, level), []).extend(minutes)
    own = {kind: minutes for kind, minutes in times.items() if kind[0] is not None}
    found = {kind: normal_of(minutes) for kind, minutes in {**own, **by_level}.items()}
    return {kind: normal for kind, normal in found.items() if normal is not None}


def holding(normals: Mapping[Kind, Normal], kind: Kind) -> tuple[Kind, Normal] | None:
    """The figure that holds for a kind: its own, else its level's, else none."""
    for one in (kind, (None, kind[1])):
        if one in normals:
            return one, normals[one]
    return None


def is_long(minutes: int, normal: Normal) -> bool:
    """Whether a ticket has been open longer than normal: beyond what nine of ten took, and for a working day."""
    return minutes > max(normal.ninth, FLOOR_MINUTES)


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """One school: its urgent and high tickets of the last 30 days and of the year before, and its people."""

    recent: int
    past: int
    past_days: int  # of history before the last 30 days, at most a year
    people: int


@dataclass(frozen=True, slots=True)
class SchoolNormal:
    """What a school has in 30 days, in tenths of a ticket. None: nothing says so."""

    own: int | None
    by_size: int | None

    @property
    def normal(self) -> int | None:
        """The higher of the two holds, so that neither a busy past nor a large school is out of the ordinary."""
        return max((one for one in (self.own, self.by_size) if one is not None), default=None)


def school_normals(schools: Mapping[int, SchoolCounts]) -> dict[int, SchoolNormal]:
    """What is normal for each school, by its own past and by its size among all of them."""
    tickets = sum(one.past for one in schools.values())
    person_days = sum(one.people * one.past_days for one in schools.values())
    return {
        key: SchoolNormal(
            own=_in_thirty_days(one.past, one.past_days) if one.past_days >= KNOWN_AFTER else None,
            by_size=_in_thirty_days(tickets * one.people, person_days) if person_days else None,
        )
        for key, one in schools.items()
    }


def has_many(counts: SchoolCounts, normal: SchoolNormal) -> bool:
    """Whether a school has more urgent and high tickets than normal: twice as many, and not only a few."""
    if normal.normal is None or counts.recent < MANY:
        return False
    return counts.recent * TENTHS >= TIMES_NORMAL * normal.normal


def _in_thirty_days(tickets: int, days: int) -> int:
    """So many tenths of a ticket, rounded up: a doubt is the school's."""
    return -(-tickets * LAST_DAYS * TENTHS // days)
