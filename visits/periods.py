"""The days over which an allowance is counted: pure arithmetic on local days (rules P2, P5).

A year of a contract begins on the anniversary of its first day. One that began on 29 February begins its other years
on 1 March, so that no year overlaps the next and none is a day short of one.
"""

from dataclasses import dataclass
from datetime import date, timedelta

SCHOOL_YEAR_BEGINS = 9  # on the first of September

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def until(self, last: date | None) -> "Span":
        """The same days, but none after `last`, where one is given."""
        return self if last is None else Span(self.first, min(self.last, last))


def contract_year(starts_on: date, day: date) -> Span:
    """The year of a contract in which a day lies. Raises ValueError for a day before the contract."""
    if day < starts_on:
        raise ValueError(f"The contract starts on {starts_on}, after {day}.")
    number = day.year - starts_on.year
    if anniversary(starts_on, number) > day:
        number -= 1
    return Span(anniversary(starts_on, number), anniversary(starts_on, number + 1) - DAY)


def anniversary(starts_on: date, years: int) -> date:
    """The first day of the contract's year after so many whole ones."""
    year = starts_on.year + years
    try:
        return starts_on.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def delivery_window(starts_on: date, day: date, weeks: int) -> Span:
    """The weeks in which the visits of that contract year are delivered. `day` may lie after them (Rule P2)."""
    year = contract_year(starts_on, day)
    return Span(year.first, year.first + timedelta(weeks=weeks) - DAY)


def school_year(day: date) -> Span:
    """1 September to 31 August (Rule P5)."""
    begins = day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1
    return Span(date(begins, SCHOOL_YEAR_BEGINS, 1), date(begins + 1, SCHOOL_YEAR_BEGINS, 1) - DAY)
