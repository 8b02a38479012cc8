"""Set algebra on intervals: sorted, disjoint, half-open pairs of integers that do not touch."""

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]
Intervals = list[Interval]


def normalised(pairs: Iterable[Interval]) -> Intervals:
    """Sort, drop the empty ones, and join those that overlap or touch."""
    joined: Intervals = []
    for start, end in sorted(pairs):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def union(left: Sequence[Interval], right: Sequence[Interval]) -> Intervals:
    return normalised([*left, *right])


def intersection(left: Sequence[Interval], right: Sequence[Interval]) -> Intervals:
    common: Intervals = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


def difference(left: Sequence[Interval], right: Sequence[Interval]) -> Intervals:
    """What is in `left` and not in `right`."""
    rest: Intervals = []
    j = 0
    for start, end in left:
        position = start
        while j < len(right) and right[j][1] <= position:
            j += 1
        k = j
        while k < len(right) and right[k][0] < end:
            if right[k][0] > position:
                rest.append((position, right[k][0]))
            position = max(position, right[k][1])
            k += 1
        if position < end:
            rest.append((position, end))
    return rest


def total(intervals: Iterable[Interval]) -> int:
    return sum(end - start for start, end in intervals)
