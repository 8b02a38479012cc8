"""The engine against the minute-by-minute oracle, and against itself.

CI asks some thousands of questions; `SOAK=1` asks more than 100,000 for each property that has the oracle
behind it.
"""

import os
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.working_time import (
    CalendarSpec,
    Counted,
    NeverOpens,
    Pause,
    Timeline,
    compile_calendar,
    to_datetimes,
    to_instants,
    working_time_for,
)
from tests.sla.calendars import NAMED
from tests.sla.oracle import LAST, Oracle
from tests.sla.working_time.strategies import Question, calendars, questions

SOAK = bool(os.environ.get("SOAK"))
QUESTIONS_PER_CALENDAR = 40

ask = settings(
    max_examples=100_000 if SOAK else 1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
build = settings(
    max_examples=2_500 if SOAK else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
named = st.sampled_from(list(NAMED))
many_questions = st.lists(questions(), min_size=QUESTIONS_PER_CALENDAR, max_size=QUESTIONS_PER_CALENDAR)


@cache
def oracle_of(name: str) -> Oracle:
    return Oracle(NAMED[name])


def check_agreement(timeline: Timeline, oracle: Oracle, question: Question) -> None:
    """One question put to both: opening, deadline, elapsed time, and the same with pauses."""
    start, working = question.start, question.working
    assert timeline.is_open(start) == oracle.is_open(start)
    expected_opening = oracle.next_opening(start)
    if expected_opening is not None:
        assert timeline.next_opening(start) == expected_opening
    expected = oracle.add(start, working)
    try:
        due = timeline.add(start, working)
    except NeverOpens:
        assert expected is None
        return
    assert due == expected if expected is not None else due >= LAST
    if due >= LAST:
        return
    assert timeline.elapsed(start, due) == working
    middle = start + (due - start) / 3
    assert timeline.elapsed(start, middle) == oracle.elapsed(start, middle)
    pauses = [Pause(begin, until) for begin, until in question.pauses]
    counted = timeline.elapsed_with_pauses(start, due, pauses)
    assert counted == oracle.without(start, due, list(question.pauses))


def check_pauses(timeline: Timeline, oracle: Oracle, question: Question) -> None:
    """The paused deadline is the earliest instant at which the counted time is the allowance (Rule S10)."""
    pauses = [Pause(begin, until) for begin, until in question.pauses]
    try:
        due = timeline.add_with_pauses(question.start, question.working, pauses)
    except NeverOpens:
        return
    assert due is not None
    if due >= LAST:
        return
    assert oracle.without(question.start, due, list(question.pauses)) == question.working
    if question.working:
        just_before = due - timedelta(microseconds=1)
        assert timeline.elapsed_with_pauses(question.start, just_before, pauses) < question.working


def check_trace(timeline: Timeline, question: Question) -> None:
    """The rows of an explanation join without a hole and sum to what elapsed."""
    end = question.start + min(question.working * 3, timedelta(days=60))
    pauses = [Pause(begin, until, "waiting") for begin, until in question.pauses]
    rows = timeline.explain(question.start, end, pauses)
    edges = [(row.starts, row.ends) for row in rows]
    assert all(starts < ends for starts, ends in edges)
    assert [ends for _, ends in edges[:-1]] == [starts for starts, _ in edges[1:]]
    assert (edges[0][0], edges[-1][1]) == (question.start, end) if rows else question.start == end
    counted = sum((row.working for row in rows if isinstance(row, Counted)), timedelta())
    assert counted == timeline.elapsed_with_pauses(question.start, end, pauses)
    withheld = sum((row.withheld for row in rows if not isinstance(row, Counted)), timedelta())
    assert counted + withheld == timeline.elapsed(question.start, end)
    for row in rows:
        if not isinstance(row, Counted):
            assert row.reasons, "a gap without a reason"


@pytest.mark.rule("S3", "S4", "S7", "S10", "S15")
@ask
@given(name=named, question=questions())
def test_named_calendars_agree_with_the_oracle(name: str, question: Question) -> None:
    timeline = working_time_for(NAMED[name])
    check_agreement(timeline, oracle_of(name), question)
    check_pauses(timeline, oracle_of(name), question)


@pytest.mark.rule("S3", "S4", "S7", "S10", "S15")
@build
@given(spec=calendars(), asked=many_questions)
def test_random_calendars_agree_with_the_oracle(spec: CalendarSpec, asked: list[Question]) -> None:
    timeline, oracle = Timeline(spec), Oracle(spec)
    for question in asked:
        check_agreement(timeline, oracle, question)
        check_pauses(timeline, oracle, question)


@pytest.mark.rule("S4")
@build
@given(spec=calendars(), asked=st.lists(questions(), min_size=5, max_size=5))
def test_explanations_sum_to_what_elapsed(spec: CalendarSpec, asked: list[Question]) -> None:
    timeline = Timeline(spec)
    for question in asked:
        check_trace(timeline, question)


@pytest.mark.rule("S4")
@settings(max_examples=10_000 if SOAK else 300, deadline=None)
@given(name=named, first=questions(), second=questions())
def test_later_starts_and_larger_allowances_are_never_due_earlier(
    name: str, first: Question, second: Question
) -> None:
    timeline = working_time_for(NAMED[name])
    early, late = sorted([first.start, second.start])
    small, large = sorted([first.working, second.working])
    try:
        dues = [timeline.add(early, small), timeline.add(late, small), timeline.add(late, large)]
    except NeverOpens:
        return
    assert dues == sorted(dues)
    assert timeline.elapsed(early, early) == timedelta()


@pytest.mark.rule("S4", "S7")
@build
@given(spec=calendars(), asked=many_questions)
def test_many_at_once_equal_one_by_one(spec: CalendarSpec, asked: list[Question]) -> None:
    timeline = Timeline(spec)
    starts = to_instants(question.start for question in asked)
    allowances = np.array([question.working for question in asked], dtype="timedelta64[us]")
    one_by_one: list[datetime | None] = []
    for question in asked:
        try:
            one_by_one.append(timeline.add(question.start, question.working))
        except NeverOpens:
            one_by_one.append(None)
    try:
        dues = timeline.add_many(starts, allowances)
    except NeverOpens:
        assert None in one_by_one
        assert not spec.is_finite
        return
    assert to_datetimes(dues) == one_by_one
    found = [(q.start, due) for q, due in zip(asked, one_by_one, strict=True) if due is not None]
    elapsed = timeline.elapsed_many(to_instants(a for a, _ in found), to_instants(b for _, b in found))
    expected = [timeline.elapsed(a, b) for a, b in found]
    assert elapsed.tolist() == expected


@pytest.mark.rule("S15")
@build
@given(spec=calendars(), asked=many_questions)
def test_growing_equals_compiling_at_once(spec: CalendarSpec, asked: list[Question]) -> None:
    grown = Timeline(spec)
    at_once = compile_calendar(spec, date(2022, 1, 1), date(2036, 1, 1))
    for question in asked:
        try:
            expected = at_once.add(question.start, question.working)
        except NeverOpens:
            with pytest.raises(NeverOpens):
                grown.add(question.start, question.working)
            continue
        assert grown.add(question.start, question.working) == expected
        assert grown.elapsed(question.start, expected) == at_once.elapsed(question.start, expected)


@build
@given(spec=calendars())
def test_json_round_trip_of_random_calendars(spec: CalendarSpec) -> None:
    again = CalendarSpec.from_json(spec.canonical_json())
    assert again == spec
    assert again.canonical_json() == spec.canonical_json()
