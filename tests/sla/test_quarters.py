from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.quarters import InvalidQuarter, Quarter
from tests.reports.world import utc

LONDON = "Europe/London"
quarters = st.builds(Quarter, st.integers(2000, 2150), st.integers(1, 4))


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026Q1", "2026-01-01 00:00", "2026-03-31 23:00"),  # ends in summer time
        ("2026Q2", "2026-03-31 23:00", "2026-06-30 23:00"),
        ("2026Q3", "2026-06-30 23:00", "2026-09-30 23:00"),
        ("2026Q4", "2026-09-30 23:00", "2027-01-01 00:00"),  # begins in summer time, ends in winter time
    ],
)
def test_a_quarter_runs_from_midnight_to_midnight_where_the_desk_is(
    written: str, start: str, end: str
) -> None:
    assert Quarter.parse(written).bounds(LONDON) == (utc(start), utc(end))


@pytest.mark.rule("S6")
@given(quarters, st.sampled_from([LONDON, "UTC", "Pacific/Auckland"]))
def test_quarters_follow_each_other_without_gap_or_overlap(quarter: Quarter, zone: str) -> None:
    assert quarter.bounds(zone).end == quarter.plus(1).bounds(zone).start
    assert Quarter.at(quarter.bounds(zone).start, zone) == quarter
    assert Quarter.at(quarter.bounds(zone).end - timedelta(microseconds=1), zone) == quarter
    assert quarter.last_day + timedelta(days=1) == quarter.plus(1).first_day


@given(quarters)
def test_what_is_written_can_be_read(quarter: Quarter) -> None:
    assert Quarter.parse(str(quarter)) == quarter


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q0", "2026Q5", "26Q1", "2026q1", "2026Q1 ", "1999Q4", "9999Q1", "٢٠٢٦Q1"]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuarter):
        Quarter.parse(text)


def test_a_quarter_outside_the_year_is_refused() -> None:
    with pytest.raises(InvalidQuarter):
        Quarter(2026, 5)


def test_words_days_and_neighbours() -> None:
    third = Quarter.parse("2026Q3")
    assert third.label == "July to September 2026"
    assert (third.first_day, third.last_day) == (date(2026, 7, 1), date(2026, 9, 30))
    assert [str(one) for one in third.last(4)] == ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    assert Quarter.at(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LONDON) == third  # 00:30 on 1 July in London
