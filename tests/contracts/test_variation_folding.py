"""Which variations hold on a day: the fold against a walk through every day (Rule P8). Knows no database."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Extent
from contracts.variations import in_force

pytestmark = pytest.mark.rule("P8")

DAY = timedelta(days=1)


@dataclass
class Line:
    thing: str
    holds_from: date
    holds_until: date | None
    extent: str
    number: int


FIRST = date(2026, 1, 1)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Lines of two things; those of one thing never overlap, as the database keeps them."""
    found = []
    for thing in ("reply", "hours"):
        day = 0
        for number in range(draw(st.integers(0, 4))):
            begins = day + draw(st.integers(0, 5))
            ends = begins + draw(st.integers(0, 5))
            is_last = draw(st.booleans()) and number == 3
            until = None if is_last else FIRST + timedelta(days=ends)
            extent = draw(st.sampled_from(Extent.values))
            found.append(Line(thing, FIRST + timedelta(days=begins), until, extent, number))
            day = ends + 1
    return draw(st.permutations(found))


def naive(rows: list[Line], started: date, seen: date) -> dict[str, Line]:
    """Live through the days one by one, as a request does that came in on `started`."""
    holding: dict[str, Line] = {}
    day = started
    while day <= seen:
        for row in rows:
            last = row.holds_until == day - DAY
            held_at_start = row.holds_from <= started and (
                row.holds_until is None or row.holds_until >= started
            )
            if day == started and held_at_start:
                holding[row.thing] = row
            elif day > started and last and row.extent == Extent.ALL and holding.get(row.thing) == row:
                under = [one for one in rows if one.thing == row.thing and one.extent != Extent.ALL]
                left = [
                    one
                    for one in under
                    if (one.holds_from <= started and (one.holds_until is None or one.holds_until >= started))
                    or (one.extent == Extent.RUNNING and started < one.holds_from < row.holds_from)
                ]
                holding.pop(row.thing)
                if left:
                    holding[row.thing] = max(left, key=lambda one: one.holds_from)
        for row in rows:
            if row.holds_from == day > started and row.extent != Extent.NEW:
                holding[row.thing] = row
        day += DAY
    return holding


@given(lines(), st.integers(0, 40), st.integers(0, 40))
def test_the_terms_of_a_day_are_what_living_through_the_days_gives(
    rows: list[Line], started: int, later: int
) -> None:
    came_in = FIRST + timedelta(days=started)
    seen = came_in + timedelta(days=later)
    found = in_force(rows, started_on=came_in, seen_on=seen)
    assert {row.thing: row for row in found} == naive(rows, came_in, seen)
