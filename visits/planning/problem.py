"""What is to be planned, and what a plan is. Days are local, times are minutes after local midnight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

DAY_END = 24 * 60
FRIDAY = 4

Minutes = tuple[int, int]  # from, until


class Rhythm(StrEnum):
    """How often a school would like to be visited. Wanted, never promised."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    SPREAD = "spread"


class Reason(StrEnum):
    """Why visits could not be planned."""

    NO_SLOTS = "no_slots"  # the package has no times of day for visits
    WINDOW_OVER = "window_over"  # no day of the window lies within the plan
    NO_OPEN_DAY = "no_open_day"  # every open day of the window has its visit already
    NO_ENGINEER = "no_engineer"  # there are open days left, but on none of them is an engineer free


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of day at which a visit can take place."""

    key: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Closing:
    """A stretch of a day on which a school is not visited, and what it is called."""

    name: str
    starts: int = 0
    ends: int = DAY_END


@dataclass(frozen=True, slots=True)
class Served:
    """A contract whose visits are to be planned: `visits` more of them from `first_day` to `last_day`, both included.

    `engineers` serve this school first, `engineer`, `weekday` and `slot` are wishes. `closed` holds public holidays
    of both nations, the provider's closures and the school's own. `fixed` are the days of visits that stand already.
    """

    key: int
    school: int
    first_day: date
    last_day: date
    visits: int
    slots: tuple[Slot, ...]
    rhythm: Rhythm = Rhythm.SPREAD
    weekday: int | None = None
    slot: int | None = None
    engineer: int | None = None
    engineers: frozenset[int] = frozenset()
    term_days: frozenset[date] = frozenset()
    closed: Mapping[date, tuple[Closing, ...]] = field(default_factory=dict)
    fixed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Engagement:
    """Where an engineer is already: it is never moved by a plan."""

    day: date
    starts: int
    ends: int
    school: int | None = None


@dataclass(frozen=True, slots=True)
class Engineer:
    """Somebody who can be sent: hours by weekday (0 is Monday), whole days away, and what is booked already."""

    key: int
    hours: Mapping[int, tuple[Minutes, ...]]
    absent: frozenset[date] = frozenset()
    engagements: tuple[Engagement, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """On-site hours (Rule S3), time to get from one school to another, and how many visits a day are enough."""

    travel_minutes: int = 30
    visits_a_day: int = 3
    opens: int = 8 * 60
    closes: int = 18 * 60


@dataclass(frozen=True, slots=True)
class Problem:
    """All that a plan depends on."""

    contracts: tuple[Served, ...]
    engineers: tuple[Engineer, ...]
    options: Options = Options()


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """One planned visit, by the keys of contract, slot and engineer."""

    contract: int
    day: date
    slot: int
    engineer: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Visits of a contract that cannot be planned."""

    contract: int
    visits: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Usual:
    """The regular engineer, weekday and slot that a plan found for a contract."""

    engineer: int
    weekday: int
    slot: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Assignments sorted by contract and day, gaps by contract, and each contract's regular place where it has one."""

    assignments: tuple[Assignment, ...]
    gaps: tuple[Gap, ...]
    usual: Mapping[int, Usual]
