"""After something changed only what must move moves, and no further than it must (Rule P2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.visits.planning.checker import broken_rules
from tests.visits.planning.test_planning import MONDAY, engineer, problems, served
from tests.visits.planning.years import SCHEDULED, days_between, year
from visits.planning import Assignment, Closing, Problem, Rhythm, plan, replan


@pytest.mark.rule("P2")
@settings(max_examples=150, deadline=None)
@given(problems, st.sets(st.integers(0, 20), min_size=1), st.integers(1, 3))
def test_only_what_must_move_moves(problem: Problem, away: set[int], ill: int) -> None:
    before = plan(problem).assignments
    days = frozenset(MONDAY + timedelta(days=number) for number in away)
    staff = tuple(
        replace(one, absent=one.absent | days) if one.key == ill else one for one in problem.engineers
    )
    now = replace(problem, engineers=staff)
    after = replan(now, before)
    hit = {one for one in before if one.engineer == ill and one.day in days}
    assert {old for old, _new in after.moved} | set(after.lost) == hit
    assert set(after.kept) == set(before) - hit
    results = (*after.kept, *(new for _old, new in after.moved))
    assert broken_rules(now, results) == []
    assert sum(gap.visits for gap in after.gaps) == len(after.lost)
    for old, new in after.moved:
        others = tuple(one for one in results if one != new)
        if new.day != old.day:
            assert not _places_on_the_day(now, old, others)
    assert replan(now, results).moved == ()


def _places_on_the_day(problem: Problem, old: Assignment, others: tuple[Assignment, ...]) -> list[Assignment]:
    """Where the visit could have kept its day, all others being where they are."""
    slots = next(one.slots for one in problem.contracts if one.key == old.contract)
    places = [
        Assignment(old.contract, old.day, slot.key, one.key) for slot in slots for one in problem.engineers
    ]
    return [place for place in places if not broken_rules(problem, (*others, place))]


@pytest.mark.rule("P2")
def test_weeks_of_illness_move_the_visits_of_these_weeks_and_no_others() -> None:
    problem = year(schools=40, engineers=12)
    before = plan(problem).assignments
    weeks = frozenset(days_between(date(2026, 11, 9), date(2026, 12, 4)))
    ill = max(problem.engineers, key=lambda one: sum(a.engineer == one.key for a in before)).key
    staff = tuple(
        replace(one, absent=one.absent | weeks) if one.key == ill else one for one in problem.engineers
    )
    after = replan(replace(problem, engineers=staff), before)
    hit = [one for one in before if one.engineer == ill and one.day in weeks]
    assert len(after.moved) == len(hit) > 5
    assert not after.lost
    # There are colleagues enough on every one of these days.
    assert all(new.day == old.day and new.engineer != ill for old, new in after.moved)


@pytest.mark.rule("P2")
def test_as_many_as_possible_keep_their_day() -> None:
    """The first to be looked at leaves the colleague to the second, who can go to nobody else."""
    morning, afternoon = SCHEDULED
    first = served(key=1, school=1, slots=(morning, afternoon))
    second = served(key=2, school=2, slots=(morning,))
    before = (Assignment(1, MONDAY, morning.key, 1), Assignment(2, MONDAY, morning.key, 2))
    ill = frozenset({MONDAY})
    after = replan(
        Problem((first, second), (engineer(1, absent=ill), engineer(2, absent=ill), engineer(3))), before
    )
    assert {new.day for _old, new in after.moved} == {MONDAY}
    assert {new.contract: new.slot for _old, new in after.moved} == {1: afternoon.key, 2: morning.key}


@pytest.mark.rule("P2")
def test_without_a_colleague_the_nearest_day_is_taken() -> None:
    before = (Assignment(1, MONDAY + timedelta(days=2), 1, 1),)
    away = frozenset({MONDAY + timedelta(days=2), MONDAY + timedelta(days=1)})
    after = replan(Problem((served(),), (engineer(1, absent=away),)), before)
    assert [new.day for _old, new in after.moved] == [MONDAY + timedelta(days=3)]
    later = replan(
        Problem((served(),), (engineer(1, absent=away),)), before, earliest=MONDAY + timedelta(days=4)
    )
    assert [new.day for _old, new in later.moved] == [MONDAY + timedelta(days=4)]


def test_a_closed_school_moves_its_own_visits_only() -> None:
    problem = year(schools=10, engineers=2, rhythm=Rhythm.WEEKLY, visits=38)
    before = plan(problem).assignments
    day = date(2026, 11, 17)
    closed = tuple(
        replace(one, closed={**one.closed, day: (Closing("Flood"),)}) if one.key == 3 else one
        for one in problem.contracts
    )
    after = replan(replace(problem, contracts=closed), before)
    assert all(old.contract == 3 and old.day == day for old, _new in after.moved)
    assert len(after.kept) + len(after.moved) == len(before)
