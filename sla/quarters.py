"""Calendar quarters in the desk's time zone (Rule S6). Pure: no database, no clock of its own."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

MONTHS_PER_QUARTER = 3
QUARTERS_PER_YEAR = 4
FIRST_YEAR, LAST_YEAR = 2000, 2199
WRITTEN = re.compile(r"(\d{4})Q([1-4])", re.ASCII)


class InvalidQuarter(ValueError):
    """Text that is not a quarter, such as '2026Q5'."""


class Span(NamedTuple):
    """Instants in UTC: from `start` on, before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """Three months of a calendar year, the first of which are January, April, July and October."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= QUARTERS_PER_YEAR:
            raise InvalidQuarter(f"A year has quarters 1 to {QUARTERS_PER_YEAR}, not {self.number}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The quarter written '2026Q3'. Raises InvalidQuarter."""
        written = WRITTEN.fullmatch(text)
        if written is None:
            raise InvalidQuarter(f"Write a quarter as 2026Q3, not {text!r}")
        year = int(written[1])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidQuarter(f"The years {FIRST_YEAR} to {LAST_YEAR} can be reported, not {year}")
        return cls(year, int(written[2]))

    @classmethod
    def of_day(cls, day: date) -> Self:
        return cls(day.year, (day.month - 1) // MONTHS_PER_QUARTER + 1)

    @classmethod
    def at(cls, instant: datetime, zone: str) -> Self:
        """The quarter that an aware instant falls in where `zone` is kept."""
        return cls.of_day(instant.astimezone(ZoneInfo(zone)).date())

    def __str__(self) -> str:
        return f"{self.year:04d}Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS_PER_QUARTER + 1, 1)

    @property
    def last_day(self) -> date:
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        """'July to September 2026'."""
        return _("%(first)s to %(last)s %(year)s") % {
            "first": MONTHS[self.first_day.month],
            "last": MONTHS[self.last_day.month],
            "year": self.year,
        }

    def plus(self, quarters: int) -> "Quarter":
        """The quarter so many later; a negative number goes back."""
        count = self.year * QUARTERS_PER_YEAR + self.number - 1 + quarters
        return Quarter(count // QUARTERS_PER_YEAR, count % QUARTERS_PER_YEAR + 1)

    def last(self, count: int) -> tuple["Quarter", ...]:
        """This quarter and those before it, `count` in all, the oldest first."""
        return tuple(self.plus(-back) for back in reversed(range(count)))

    def bounds(self, zone: str) -> Span:
        """From midnight of the first day to midnight after the last in `zone`, as instants in UTC."""
        return Span(_midnight(self.first_day, zone), _midnight(self.plus(1).first_day, zone))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
