"""In which weeks a school is to be visited: term weeks first, then other open weeks (Rule P2)."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from visits.planning.problem import FRIDAY, Options, Rhythm, Served, Slot


def week_of(day: date) -> int:
    """The number of a day's week, counted from the Monday in the year 1; two days of a week share it."""
    return (day.toordinal() - 1) // 7


class OpenDays:
    """On which days, and in which slots of them, a contract may be visited (rules P2, S3)."""

    def __init__(self, contract: Served, options: Options) -> None:
        self.contract = contract
        self._options = options

    @cached_property
    def days(self) -> dict[date, tuple[Slot, ...]]:
        """The open slots of each open day, in the order of days."""
        first, last = self.contract.first_day.toordinal(), self.contract.last_day.toordinal()
        found = {}
        for number in range(first, last + 1):
            day = date.fromordinal(number)
            if day.weekday() <= FRIDAY and (slots := self._slots_of(day)):
                found[day] = slots
        return found

    @cached_property
    def term_weeks(self) -> list[int]:
        """Weeks with an open day in term."""
        return sorted({week_of(day) for day in self.days if day in self.contract.term_days})

    @cached_property
    def other_weeks(self) -> list[int]:
        """Weeks whose open days all lie outside the terms."""
        return sorted({week_of(day) for day in self.days} - set(self.term_weeks))

    @cached_property
    def by_week(self) -> dict[int, list[date]]:
        """The open days of a week; those of a term week in term only."""
        term, found = set(self.term_weeks), dict[int, list[date]]()
        for day in self.days:
            if day in self.contract.term_days or week_of(day) not in term:
                found.setdefault(week_of(day), []).append(day)
        return found

    def _slots_of(self, day: date) -> tuple[Slot, ...]:
        closings = self.contract.closed.get(day, ())
        return tuple(
            slot
            for slot in self.contract.slots
            if self._options.opens <= slot.starts
            and slot.ends <= self._options.closes
            and not any(slot.starts < one.ends and one.starts < slot.ends for one in closings)
        )


def wanted_weeks(open_days: OpenDays, phase: int) -> list[int]:
    """The weeks in which the visits would best take place, at most one visit in each.

    With `phase` 0 or 1 a fortnightly school comes in even or odd weeks of the calendar, and what is spread evenly
    lies half a step later, so that schools with the same wishes do not meet in the same weeks.
    """
    contract = open_days.contract
    served = {week_of(day) for day in contract.fixed}
    term = [week for week in open_days.term_weeks if week not in served]
    other = [week for week in open_days.other_weeks if week not in served]
    rounds = [term, other]
    if contract.rhythm is Rhythm.FORTNIGHTLY:
        rounds = [
            [week for week in term if week % 2 == phase],
            [week for week in term if week % 2 != phase],
            other,
        ]
    found: list[int] = []
    for weeks in rounds:
        found += evenly(weeks, contract.visits - len(found), phase)
    return sorted(found)


def evenly(weeks: Sequence[int], wanted: int, phase: int) -> list[int]:
    """As many of these as wanted, at even distances; all where fewer are there."""
    if wanted >= len(weeks):
        return list(weeks)
    # A quarter or three quarters of a step in: never before the first, never behind the last.
    return [weeks[(4 * place + 1 + 2 * phase) * len(weeks) // (4 * wanted)] for place in range(wanted)]


def repeated(weeks: Sequence[int], wanted: int) -> list[int]:
    """So many weeks at even distances, the same one several times where there are not enough; none of none."""
    return [weeks[(2 * place + 1) * len(weeks) // (2 * wanted)] for place in range(wanted)] if weeks else []
