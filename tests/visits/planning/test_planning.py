"""Plans keep the hard rules, deliver as many visits as can be, terms first, and are the same each time."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.visits.planning.checker import broken_rules, wrong_numbers
from tests.visits.planning.years import SCHEDULED, days_between, year
from visits.planning import (
    Closing,
    Engagement,
    Engineer,
    Options,
    Problem,
    Reason,
    Rhythm,
    Served,
    Slot,
    plan,
)
from visits.planning.weeks import week_of

MONDAY = date(2026, 9, 7)
ALL_WEEK = dict.fromkeys(range(5), ((480, 1080),))
SLOTS = (*SCHEDULED, Slot(3, 510, 630), Slot(4, 660, 780), Slot(5, 870, 960), Slot(6, 1020, 1110))


def served(**changes: object) -> Served:
    """A school with two open weeks of term."""
    usual = Served(
        key=1,
        school=1,
        first_day=MONDAY,
        last_day=MONDAY + timedelta(days=13),
        visits=2,
        slots=SCHEDULED,
        term_days=frozenset(days_between(MONDAY, MONDAY + timedelta(days=13))),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def engineer(key: int = 1, **changes: object) -> Engineer:
    return replace(Engineer(key=key, hours=ALL_WEEK), **changes)  # type: ignore[arg-type]


days = st.integers(0, 20).map(lambda number: MONDAY + timedelta(days=number))
closings = st.builds(Closing, st.just("Closed"), st.sampled_from([0, 600]), st.sampled_from([700, 1440]))


@st.composite
def contracts(draw: st.DrawFn) -> tuple[Served, ...]:
    found = []
    for key in range(1, draw(st.integers(1, 5)) + 1):
        first = draw(days)
        term = draw(st.sets(days))
        found.append(
            Served(
                key=key,
                school=draw(st.integers(1, 4)),
                first_day=first,
                last_day=first + timedelta(days=draw(st.integers(-1, 20))),
                visits=draw(st.integers(0, 6)),
                slots=tuple(draw(st.lists(st.sampled_from(SLOTS), unique=True, max_size=3))),
                rhythm=draw(st.sampled_from(list(Rhythm))),
                weekday=draw(st.none() | st.integers(0, 4)),
                engineer=draw(st.none() | st.integers(1, 3)),
                engineers=frozenset(draw(st.sets(st.integers(1, 3)))),
                term_days=frozenset(term),
                closed=draw(st.dictionaries(days, closings.map(lambda one: (one,)), max_size=6)),
                fixed=frozenset(draw(st.sets(days, max_size=2))),
            )
        )
    return tuple(found)


@st.composite
def engineers(draw: st.DrawFn) -> tuple[Engineer, ...]:
    hours = st.dictionaries(st.integers(0, 6), st.sampled_from([((480, 1080),), ((480, 720), (750, 1000))]))
    engagements = st.builds(
        lambda day, starts, length, school: Engagement(day, starts, starts + length, school),
        days,
        st.integers(400, 1000),
        st.integers(30, 200),
        st.none() | st.integers(1, 4),
    )
    return tuple(
        Engineer(
            key, draw(hours), frozenset(draw(st.sets(days, max_size=5))), tuple(draw(st.lists(engagements)))
        )
        for key in range(1, draw(st.integers(0, 3)) + 1)
    )


problems = st.builds(
    Problem,
    contracts(),
    engineers(),
    st.builds(Options, travel_minutes=st.sampled_from([0, 30, 90]), visits_a_day=st.integers(1, 3)),
)


@pytest.mark.rule("P2", "S3")
@settings(max_examples=150, deadline=None)
@given(problems)
def test_no_plan_breaks_a_hard_rule(problem: Problem) -> None:
    found = plan(problem)
    assert broken_rules(problem, found.assignments) == []
    assert wrong_numbers(problem, found) == []
    assert plan(problem) == found


@pytest.mark.rule("P2")
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_called_impossible_is_impossible(data: st.DataObject) -> None:
    """With slots that do not touch each other, as many visits are planned as an exhaustive search finds places for."""
    two_days = st.sets(st.sampled_from([MONDAY, MONDAY + timedelta(1), MONDAY + timedelta(2)]), max_size=2)
    rows = tuple(
        served(
            key=key,
            school=key,
            last_day=MONDAY + timedelta(days=2),
            visits=data.draw(st.integers(0, 3)),
            slots=tuple(data.draw(st.sets(st.sampled_from(SCHEDULED), min_size=1))),
            closed={day: (Closing("Closed"),) for day in data.draw(two_days)},
        )
        for key in range(1, data.draw(st.integers(1, 4)) + 1)
    )
    staff = tuple(engineer(key, absent=frozenset(data.draw(two_days))) for key in (1, 2))
    problem = Problem(rows, staff)
    assert len(plan(problem).assignments) == _most(problem)


def _most(problem: Problem) -> int:
    """The greatest number of visits that any choice of days and slots allows: tried one contract after another."""
    places = {
        (day, slot.key): sum(day not in one.absent for one in problem.engineers)
        for day in days_between(MONDAY, MONDAY + timedelta(days=2))
        for slot in SCHEDULED
    }

    def best(index: int, left: dict[tuple[date, int], int]) -> int:
        if index == len(problem.contracts):
            return 0
        contract, most = problem.contracts[index], 0
        mine = [
            (day, slot)
            for day, slot in left
            if day not in contract.closed and slot in {one.key for one in contract.slots}
        ]
        for number in range(contract.visits + 1):
            for chosen in combinations(mine, number):
                once_a_day = len({day for day, _slot in chosen}) == number
                if once_a_day and all(left[place] for place in chosen):
                    after = {place: free - (place in chosen) for place, free in left.items()}
                    most = max(most, number + best(index + 1, after))
        return most

    return best(0, places)


@pytest.mark.rule("P2")
def test_terms_come_before_other_weeks_and_the_number_is_exact() -> None:
    """46 visits do not fit a school year of 39 weeks: every term week has one, the rest lie in other open weeks."""
    problem = year(schools=6, engineers=3, visits=44, rhythm=Rhythm.WEEKLY)
    found = plan(problem)
    assert not found.gaps
    assert broken_rules(problem, found.assignments) == []
    for contract in problem.contracts:
        mine = [one.day for one in found.assignments if one.contract == contract.key]
        assert len(mine) == 44
        term_weeks = {week_of(day) for day in contract.term_days if day not in contract.closed}
        assert term_weeks <= {week_of(day) for day in mine}
        assert len({week_of(day) for day in mine}) == 44


@pytest.mark.rule("P2")
def test_fortnightly_visits_lie_in_term_at_even_distances() -> None:
    problem = year(schools=20, engineers=4, visits=17)
    found = plan(problem)
    assert not found.gaps
    for contract in problem.contracts:
        mine = [one.day for one in found.assignments if one.contract == contract.key]
        assert all(day in contract.term_days for day in mine)
        weeks = [week_of(day) for day in mine]
        steps = Counter(later - earlier for earlier, later in pairwise(weeks))
        assert max(steps) <= 6
        assert sum(number for step, number in steps.items() if step % 2 == 0) >= 13


def test_a_free_school_gets_its_regular_place() -> None:
    contract = served(weekday=2, slot=SCHEDULED[1].key, engineer=2, rhythm=Rhythm.WEEKLY)
    found = plan(Problem((contract,), (engineer(1), engineer(2))))
    assert [(one.day.weekday(), one.slot, one.engineer) for one in found.assignments] == [(2, 2, 2)] * 2
    assert found.usual[1].engineer == 2


def test_those_who_serve_a_school_first_are_sent_first() -> None:
    found = plan(Problem((served(engineers=frozenset({3})),), tuple(engineer(key) for key in (1, 2, 3))))
    assert {one.engineer for one in found.assignments} == {3}


@pytest.mark.rule("P2")
@pytest.mark.parametrize(
    ("contract", "staff", "reason"),
    [
        (served(slots=()), (engineer(),), Reason.NO_SLOTS),
        (served(last_day=MONDAY - timedelta(days=1)), (engineer(),), Reason.WINDOW_OVER),
        (served(last_day=MONDAY, visits=3), (engineer(),), Reason.NO_OPEN_DAY),
        (served(), (), Reason.NO_ENGINEER),
        (served(slots=(Slot(9, 1020, 1110),)), (engineer(),), Reason.NO_OPEN_DAY),
    ],
)
def test_a_gap_says_why(contract: Served, staff: tuple[Engineer, ...], reason: Reason) -> None:
    assert [gap.reason for gap in plan(Problem((contract,), staff)).gaps] == [reason]


def test_room_is_made_for_a_school_that_could_come_on_one_day_only() -> None:
    """The first school's only visit takes the day that is the second's last chance, and goes to another."""
    picky = served(key=2, school=2, last_day=MONDAY, visits=1)
    free = served(key=1, visits=1, weekday=0, last_day=MONDAY + timedelta(days=4))
    staff = (engineer(hours=dict.fromkeys(range(5), ((480, 700),))),)
    found = plan(Problem((free, picky), staff))
    assert not found.gaps
    assert {one.contract: one.day for one in found.assignments}[2] == MONDAY


@pytest.mark.rule("P2", "S3")
def test_a_small_provider_is_planned_in_one_run() -> None:
    """A tenth of the full-size run of the benchmark, proved rather than timed."""
    problem = year(schools=20, engineers=3)
    found = plan(problem)
    assert broken_rules(problem, found.assignments) == []
    assert wrong_numbers(problem, found) == []
    assert len(found.assignments) == 20 * 23
