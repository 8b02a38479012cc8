"""The trace behind a deadline."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.working_time import Counted, Gap, Pause, Reason, ReasonKind, TraceRow, working_time_for
from tests.sla.calendars import NAMED, desk, fortnightly_visits

LONDON = ZoneInfo("Europe/London")
OUTSIDE = Reason(ReasonKind.OUTSIDE_HOURS)
WEEKEND = Reason(ReasonKind.WEEKEND)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def holiday(name: str) -> Reason:
    return Reason(ReasonKind.CLOSURE, name, "Public holidays")


def counted(row: TraceRow) -> Counted:
    assert isinstance(row, Counted)
    return row


def gap(row: TraceRow) -> Gap:
    assert isinstance(row, Gap)
    return row


@pytest.mark.rule("S4")
def test_friday_afternoon_to_monday_morning() -> None:
    rows = working_time_for(desk()).explain(at(11, 20, 16), at(11, 23, 8, 30))
    half = timedelta(minutes=30)
    assert rows == [
        Counted(at(11, 20, 16), at(11, 20, 16, 30), half, half),
        Gap(at(11, 20, 16, 30), at(11, 23, 8), (OUTSIDE, WEEKEND), timedelta()),
        Counted(at(11, 23, 8), at(11, 23, 8, 30), half, 2 * half),
    ]


@pytest.mark.rule("S3", "S4")
def test_the_holidays_between_are_named() -> None:
    rows = working_time_for(desk()).explain(at(4, 2, 15, 45), at(4, 7, 9, 15))
    easter = gap(rows[1])
    assert (easter.starts, easter.ends) == (at(4, 2, 16, 30), at(4, 7, 8))
    assert easter.reasons == (OUTSIDE, holiday("Good Friday"), WEEKEND, holiday("Easter Monday"))


@pytest.mark.rule("S3")
def test_every_closure_of_one_day_is_named_with_its_layer() -> None:
    rows = working_time_for(desk()).explain(at(12, 23, 15), at(1, 4, 9, year=2027))
    shutdown = Reason(ReasonKind.CLOSURE, "Christmas shutdown", "Closures of the provider")
    assert gap(rows[1]).reasons == (
        OUTSIDE,
        shutdown,
        holiday("Christmas Day"),
        holiday("Boxing Day (substitute day)"),
        holiday("New Year's Day"),
        WEEKEND,
    )


@pytest.mark.rule("S3")
def test_a_closure_that_took_nothing_is_not_named() -> None:
    # 12 July 2026 is a Sunday in Northern Ireland; its substitute, the Monday, is what closed the desk.
    rows = working_time_for(NAMED["northern ireland"]).explain(at(7, 10, 16), at(7, 14, 9))
    names = [reason.name for reason in gap(rows[1]).reasons if reason.kind is ReasonKind.CLOSURE]
    assert names == ["Battle of the Boyne (Orangemen's Day) (substitute day)"]


@pytest.mark.rule("S3")
def test_a_night_inside_a_closure_is_explained_by_it() -> None:
    (row,) = working_time_for(desk()).explain(at(4, 3, 2), at(4, 3, 5))
    assert gap(row).reasons == (holiday("Good Friday"),)


@pytest.mark.rule("S10")
def test_a_pause_is_a_row_of_its_own_and_says_what_it_withheld() -> None:
    calendar = working_time_for(desk())
    pauses = [
        Pause(at(11, 20, 16, 15), at(11, 23, 9), "Waiting for customer"),
        Pause(at(11, 23, 8, 30), at(11, 23, 10), "Waiting for parts"),
    ]
    due = calendar.add_with_pauses(at(11, 20, 16), timedelta(hours=1), pauses)
    assert due == at(11, 23, 10, 45)
    rows = calendar.explain(at(11, 20, 16), due, pauses)
    paused = gap(rows[1])
    assert [reason.name for reason in paused.reasons] == ["Waiting for customer", "Waiting for parts"]
    assert (paused.starts, paused.ends) == (at(11, 20, 16, 15), at(11, 23, 10))
    assert paused.withheld == timedelta(hours=2, minutes=15)
    assert counted(rows[-1]).running_total == timedelta(hours=1)


@pytest.mark.rule("S10")
def test_pauses_that_overlap_or_last() -> None:
    calendar = working_time_for(desk())
    start = at(11, 23, 9)
    hour = timedelta(hours=1)
    lasting = [Pause(at(11, 23, 9, 30), None)]
    assert calendar.add_with_pauses(start, hour, lasting) is None
    assert calendar.add_with_pauses(start, hour / 2, lasting) == at(11, 23, 9, 30)
    assert calendar.add_with_pauses(start, timedelta(), lasting) == start
    swallowed = [*lasting, Pause(at(11, 23, 9, 15), at(11, 23, 11)), Pause(at(11, 24, 9), at(11, 24, 10))]
    assert calendar.add_with_pauses(start, hour / 2, swallowed) is None
    assert calendar.add_with_pauses(start, hour / 4, swallowed) == at(11, 23, 9, 15)
    before = [Pause(at(11, 20, 9), at(11, 23, 10))]
    assert calendar.add_with_pauses(start, hour, before) == at(11, 23, 11)
    assert calendar.elapsed_with_pauses(start, at(11, 25, 9), swallowed) == hour / 4
    with pytest.raises(ValueError):
        Pause(at(11, 23, 10), at(11, 23, 9))


@pytest.mark.rule("S7")
def test_between_visits() -> None:
    rows = working_time_for(fortnightly_visits()).explain(at(9, 1, 10), at(9, 15, 9))
    assert gap(rows[1]).reasons == (Reason(ReasonKind.BETWEEN_VISITS),)
    assert counted(rows[2]).running_total == timedelta(hours=2)


def test_no_time_has_no_rows() -> None:
    assert working_time_for(desk()).explain(at(11, 20, 16), at(11, 20, 16)) == []
