"""Growing and caching timelines, and the array search behind many deadlines at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.working_time import (
    AlwaysOpen,
    BeyondHorizon,
    CalendarSpec,
    NoVisitBooked,
    Timeline,
    to_datetimes,
    to_instants,
    working_time_by_hash,
    working_time_for,
)
from sla.working_time.directory import Directory
from sla.working_time.timeline import TimelineCache
from tests.sla.calendars import NAMED, desk, fortnightly_visits, round_the_clock

HOUR = timedelta(hours=1)


def test_only_the_years_around_a_question_are_compiled() -> None:
    timeline = Timeline(desk())
    timeline.add(datetime(2026, 11, 20, 16, tzinfo=UTC), HOUR)
    assert (timeline.compiled.starts.year, timeline.compiled.ends.year) == (2026, 2028)
    timeline.is_open(datetime(2025, 5, 1, tzinfo=UTC))
    assert timeline.compiled.starts.year < 2026


@pytest.mark.rule("S15")
@pytest.mark.parametrize(
    "zone", ["America/St_Johns", "Pacific/Honolulu", "Europe/London", "Pacific/Kiritimati"]
)
@pytest.mark.parametrize("hours_after_midnight", [-15, -1, 0, 1, 15])
def test_the_first_question_may_fall_into_new_years_night(zone: str, hours_after_midnight: int) -> None:
    asked = datetime(2028, 1, 1, tzinfo=UTC) + hours_after_midnight * HOUR
    assert Timeline(CalendarSpec(zone, AlwaysOpen())).add(asked, HOUR) == asked + HOUR


def test_two_threads_that_grow_one_timeline_agree() -> None:
    starts = [datetime(year, 6, 1, 12, tzinfo=UTC) for year in (2026, 2001, 2040, 1990, 2060, 2010)] * 20
    expected = [Timeline(desk()).add(start, 20 * HOUR) for start in starts]
    timeline = Timeline(desk())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda start: timeline.add(start, 20 * HOUR), starts)) == expected


def test_equal_calendars_share_a_timeline() -> None:
    again = CalendarSpec.from_json(desk().canonical_json())
    assert working_time_for(desk()) is working_time_for(again)


def test_a_stored_calendar_is_read_once() -> None:
    spec = fortnightly_visits(7)
    reads = []

    def load() -> CalendarSpec:
        reads.append(spec.sha256())
        return spec

    first = working_time_by_hash(spec.sha256(), load)
    assert working_time_by_hash(spec.sha256(), load) is first
    assert working_time_for(spec) is first
    assert len(reads) == 1


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache = TimelineCache(size=2)
    one, two, three = desk(), fortnightly_visits(), round_the_clock()

    def get(spec: CalendarSpec) -> Timeline:
        return cache.get(spec.sha256(), lambda: spec)

    first, second = get(one), get(two)
    assert get(one) is first
    get(three)
    assert get(one) is first
    assert get(two) is not second


@pytest.mark.rule("S7")
def test_many_at_once_say_which_have_no_visit_booked() -> None:
    timeline = working_time_for(fortnightly_visits(count=2))
    starts = [datetime(2026, 9, 1, 7, 30, tzinfo=UTC), datetime(2026, 9, 15, 9, tzinfo=UTC)]
    allowances = np.array([4 * HOUR, 4 * HOUR], dtype="timedelta64[us]")
    dues = timeline.add_many(to_instants(starts), allowances)
    assert to_datetimes(dues) == [datetime(2026, 9, 15, 8, 30, tzinfo=UTC), None]
    with pytest.raises(NoVisitBooked):
        timeline.add(starts[1], 4 * HOUR)


def test_many_at_once_refuse_what_makes_no_sense() -> None:
    timeline = working_time_for(desk())
    starts = to_instants([datetime(2026, 9, 1, tzinfo=UTC)])
    hour = np.array([HOUR], dtype="timedelta64[us]")
    with pytest.raises(ValueError):
        timeline.add_many(starts, -hour)
    with pytest.raises(ValueError):
        timeline.add_many(np.array(["NaT"], dtype="datetime64[us]"), hour)
    with pytest.raises(ValueError):
        timeline.add_many(starts, np.concatenate([hour, hour]))
    with pytest.raises(ValueError):
        timeline.elapsed_many(starts, starts - 1)
    with pytest.raises(TypeError):
        timeline.add_many(starts.astype(np.float64), hour)  # type: ignore[arg-type]
    with pytest.raises(BeyondHorizon):
        timeline.add_many(starts, hour * 1_000_000)
    assert timeline.add_many(starts[:0], hour[:0]).size == 0
    assert timeline.elapsed_many(starts[:0], starts[:0]).size == 0


def test_seconds_and_other_units_are_taken() -> None:
    timeline = working_time_for(NAMED["on site"])
    starts = np.array(["2026-11-20T16:00"], dtype="datetime64[s]")
    assert timeline.add_many(starts, np.array([3], dtype="timedelta64[h]")) == np.datetime64(
        "2026-11-23T09:00"
    )


@settings(max_examples=300, deadline=None)
@given(
    edges=st.lists(st.integers(0, 10**15) | st.integers(0, 5000), max_size=80, unique=True),
    keys=st.lists(st.integers(-10, 10**15 + 10) | st.integers(0, 5000), min_size=1, max_size=80),
)
def test_the_directory_finds_what_a_binary_search_finds(edges: list[int], keys: list[int]) -> None:
    array = np.array([-(2**62), *sorted(edges)], dtype=np.int64)
    asked = np.array([*keys, *edges], dtype=np.int64)
    directory = Directory(array)
    assert (directory.count_up_to(asked) == array.searchsorted(asked, side="right")).all()
    assert (directory.count_before(asked) == array.searchsorted(asked, side="left")).all()


def test_an_evenly_filled_directory_needs_no_binary_search() -> None:
    opens = np.array([-(2**62), *range(0, 10**15, 86_400 * 10**6)], dtype=np.int64)
    assert Directory(opens)._steps <= 2
