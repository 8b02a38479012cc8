"""The days over which allowances are counted (rules P2, P5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.periods import Span, contract_year, delivery_window, school_year

DAY = timedelta(days=1)
days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
leap_days = st.sampled_from([date(2016, 2, 29), date(2020, 2, 29), date(2024, 2, 29)])

YEARS = [
    (date(2026, 9, 1), date(2026, 9, 1), Span(date(2026, 9, 1), date(2027, 8, 31))),
    (date(2026, 9, 1), date(2027, 8, 31), Span(date(2026, 9, 1), date(2027, 8, 31))),
    (date(2026, 9, 1), date(2027, 9, 1), Span(date(2027, 9, 1), date(2028, 8, 31))),
    (date(2023, 3, 1), date(2024, 2, 29), Span(date(2023, 3, 1), date(2024, 2, 29))),
    (date(2024, 2, 29), date(2025, 2, 28), Span(date(2024, 2, 29), date(2025, 2, 28))),
    (date(2024, 2, 29), date(2025, 3, 1), Span(date(2025, 3, 1), date(2026, 2, 28))),
    (date(2024, 2, 29), date(2028, 2, 28), Span(date(2027, 3, 1), date(2028, 2, 28))),
    (date(2024, 2, 29), date(2028, 2, 29), Span(date(2028, 2, 29), date(2029, 2, 28))),
]


@pytest.mark.rule("P2")
@pytest.mark.parametrize(("starts_on", "day", "span"), YEARS)
def test_contract_years(starts_on: date, day: date, span: Span) -> None:
    assert contract_year(starts_on, day) == span


@pytest.mark.rule("P2")
@given(starts_on=days | leap_days, ahead=st.integers(0, 12_000))
def test_contract_years_follow_each_other_without_a_hole(starts_on: date, ahead: int) -> None:
    day = starts_on + ahead * DAY
    span = contract_year(starts_on, day)
    assert day in span
    assert (span.last - span.first).days in (364, 365)
    assert contract_year(starts_on, span.last + DAY).first == span.last + DAY
    assert contract_year(starts_on, starts_on).first == starts_on
    if span.first > starts_on:
        assert contract_year(starts_on, span.first - DAY).last == span.first - DAY


def test_a_day_before_the_contract_has_no_year() -> None:
    with pytest.raises(ValueError, match="starts on"):
        contract_year(date(2026, 9, 1), date(2026, 8, 31))


@pytest.mark.rule("P2")
@given(starts_on=days | leap_days, ahead=st.integers(0, 12_000), weeks=st.sampled_from([46, 52]))
def test_a_window_is_so_many_weeks_from_the_anniversary(starts_on: date, ahead: int, weeks: int) -> None:
    day = starts_on + ahead * DAY
    window, year = delivery_window(starts_on, day, weeks), contract_year(starts_on, day)
    assert window.first == year.first
    assert (window.last - window.first).days == weeks * 7 - 1
    assert window.last < year.last


@pytest.mark.rule("P5")
@given(day=days)
def test_a_school_year_runs_from_september_to_august(day: date) -> None:
    span = school_year(day)
    assert day in span
    assert (span.first.month, span.first.day) == (9, 1)
    assert (span.last.month, span.last.day, span.last.year) == (8, 31, span.first.year + 1)


def test_a_span_can_be_cut_short() -> None:
    span = Span(date(2026, 9, 1), date(2027, 8, 31))
    assert span.until(None) == span.until(date(2030, 1, 1)) == span
    assert span.until(date(2026, 12, 31)).last == date(2026, 12, 31)
