"""The arithmetic of targets: whole numbers, rounded so that nothing looks better than it was."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import Tally, share_in_tenths
from reports.presentation import percent, target_text

counts = st.integers(0, 3000)
targets = st.integers(1, 100)


def tally(kept: int, missed: int, pending: int = 0, target: int = 95) -> Tally:
    return Tally(
        kept=kept,
        missed=missed,
        pending=pending,
        target_sum=(kept + missed) * target,
        pending_target_sum=pending * target,
    )


@pytest.mark.rule("S6")
@pytest.mark.parametrize(
    ("kept", "counted", "shown", "on_target"),
    [
        (19, 20, "95.0%", True),
        (9496, 10000, "94.9%", False),  # 94.96 is never shown as 95.0
        (94999, 100000, "94.9%", False),
        (9999, 10000, "99.9%", True),
        (20, 20, "100%", True),
        (0, 20, "0.0%", False),
        (0, 0, "–", None),
    ],
)
def test_a_share_is_rounded_down_and_judged_in_whole_numbers(
    kept: int, counted: int, shown: str, on_target: bool | None
) -> None:
    one = tally(kept, counted - kept)
    assert percent(one.tenths) == shown
    assert one.on_target is on_target


@pytest.mark.rule("S6")
@given(counts, counts, targets)
def test_what_is_shown_never_contradicts_the_verdict(kept: int, missed: int, target: int) -> None:
    one = tally(kept, missed, target=target)
    if one.tenths is None:
        assert one.on_target is None
    else:
        assert one.on_target == (one.tenths >= target * 10)
        assert Fraction(one.tenths, 1000) <= Fraction(kept, kept + missed)


@pytest.mark.rule("R2")
@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 60), targets)
def test_affordable_misses_are_the_most_that_still_reach_the_target(
    kept: int, missed: int, pending: int, target: int
) -> None:
    one = tally(kept, missed, pending, target)

    def reached(more_misses: int) -> bool:
        known = kept + missed + pending
        return (known - missed - more_misses) * 100 >= target * known

    assert reached(one.affordable)
    assert not reached(one.affordable + 1)


@pytest.mark.rule("P8", "S6")
def test_promises_under_different_targets_are_judged_together() -> None:
    both = tally(9, 1, target=90) + tally(19, 1, target=95)
    assert both.on_target
    assert target_text(both) == "93.4%"  # (10 x 90 + 20 x 95) / 30, rounded up
    assert not (both + tally(0, 1)).on_target


@pytest.mark.rule("S6")
@given(counts, counts)
def test_nothing_has_no_percentage(part: int, whole: int) -> None:
    assert (share_in_tenths(part, whole) is None) == (whole == 0)
