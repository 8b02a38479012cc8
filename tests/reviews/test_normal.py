"""What is normal and what lies beyond it: percentiles, floors and rates, against plainer ways to say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.normal import (
    ENOUGH,
    FLOOR_MINUTES,
    KNOWN_AFTER,
    MANY,
    Normal,
    SchoolCounts,
    SchoolNormal,
    has_many,
    holding,
    is_long,
    normal_of,
    normals_of,
    percentile,
    school_normals,
)

pytestmark = pytest.mark.rule("S12")
MINUTES = st.integers(min_value=0, max_value=500_000)
TIMES = st.lists(MINUTES, min_size=1, max_size=200)
KINDS = st.dictionaries(
    st.tuples(st.none() | st.integers(1, 4), st.integers(1, 3)), st.lists(MINUTES, min_size=1, max_size=60)
)


@given(TIMES, st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    times: list[int], per_cent: int
) -> None:
    found = percentile(sorted(times), per_cent)
    assert found in times
    assert sum(one <= found for one in times) * 100 >= per_cent * len(times)
    smaller = [one for one in times if one < found]
    assert not smaller or sum(one <= max(smaller) for one in times) * 100 < per_cent * len(times)


@given(TIMES)
def test_what_is_normal_does_not_depend_on_the_order(times: list[int]) -> None:
    normal = normal_of(times)
    assert normal == normal_of(reversed(times))
    assert (normal is None) == (len(times) < ENOUGH)
    if normal is not None:
        assert min(times) <= normal.median <= normal.ninth <= max(times)


@given(KINDS)
def test_a_category_with_too_few_tickets_goes_by_its_level(
    kinds: dict[tuple[int | None, int], list[int]],
) -> None:
    normals = normals_of(kinds)
    for kind, times in kinds.items():
        level = (None, kind[1])
        together = [one for (_category, other), all_of in kinds.items() if other == kind[1] for one in all_of]
        held = holding(normals, kind)
        if kind[0] is not None and len(times) >= ENOUGH:
            assert held == (kind, normal_of(times))
        elif len(together) >= ENOUGH:
            assert held == (level, normal_of(together))
        else:
            assert held is None


@given(TIMES, MINUTES)
def test_at_most_one_in_ten_of_the_past_would_have_come_up(times: list[int], minutes: int) -> None:
    normal = normal_of(times * ENOUGH)
    assert normal is not None
    assert sum(is_long(one, normal) for one in times) * 10 <= len(times)
    assert not is_long(min(minutes, FLOOR_MINUTES), normal)


def test_of_nothing_there_is_no_percentile() -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile([], 90)


def test_a_quick_kind_is_not_put_up_within_a_working_day() -> None:
    quick = Normal(tickets=50, median=5, ninth=30)
    assert not is_long(FLOOR_MINUTES, quick)
    assert is_long(FLOOR_MINUTES + 1, quick)


SCHOOL = st.builds(
    SchoolCounts,
    recent=st.integers(0, 60),
    past=st.integers(0, 400),
    past_days=st.integers(0, 365),
    people=st.integers(0, 80),
)


@given(st.dictionaries(st.integers(1, 9), SCHOOL, max_size=9))
def test_a_school_is_never_out_of_the_ordinary_below_its_own_past_or_its_size(
    schools: dict[int, SchoolCounts],
) -> None:
    for key, normal in school_normals(schools).items():
        counts = schools[key]
        assert (normal.own is None) == (counts.past_days < KNOWN_AFTER)
        if has_many(counts, normal):
            assert counts.recent >= MANY
            assert counts.recent * counts.past_days >= 2 * 30 * counts.past or normal.own is None
            assert normal.normal is not None
            assert counts.recent * 10 >= 2 * normal.normal


@given(st.integers(0, 400), st.integers(KNOWN_AFTER, 365), st.integers(1, 80))
def test_of_one_school_alone_past_and_size_say_the_same(past: int, days: int, people: int) -> None:
    normal = school_normals({1: SchoolCounts(recent=0, past=past, past_days=days, people=people)})[1]
    assert normal.own == normal.by_size


def test_the_arithmetic_of_schools_by_hand() -> None:
    # 73 in 365 days are 6 in 30. All: 146 in (40 + 10) people x 365 days, so 40 people have 9.6 and 10 have 2.4.
    schools = {
        1: SchoolCounts(recent=12, past=73, past_days=365, people=40),
        2: SchoolCounts(recent=12, past=73, past_days=365, people=10),
        3: SchoolCounts(recent=4, past=0, past_days=0, people=10),
    }
    normals = school_normals(schools)
    assert normals == {1: SchoolNormal(60, 96), 2: SchoolNormal(60, 24), 3: SchoolNormal(None, 24)}
    assert not has_many(schools[1], normals[1])
    assert has_many(schools[2], normals[2])
    assert not has_many(schools[3], normals[3])
    assert not has_many(SchoolCounts(9, 0, 0, 0), SchoolNormal(None, None))
