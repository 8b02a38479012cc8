"""Stretches of one day, as times or as minutes: pure arithmetic."""

from collections.abc import Iterable
from datetime import time
from typing import TypeVar

T = TypeVar("T", int, time)


def merged(stretches: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """In order, with those that touch or overlap as one, as `visits.engineers.covered` reads them."""
    found: list[tuple[T, T]] = []
    for starts, ends in sorted(stretches):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def stretches_free(
    opened: Iterable[tuple[T, T]], worked: Iterable[tuple[T, T]], taken: Iterable[tuple[T, T]]
) -> list[tuple[T, T]]:
    """What is both open and worked, without what is taken."""
    free = [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one in merged(opened)
        for other in merged(worked)
        if max(one[0], other[0]) < min(one[1], other[1])
    ]
    for starts, ends in taken:
        cut = [part for one in free for part in ((one[0], min(one[1], starts)), (max(one[0], ends), one[1]))]
        free = [part for part in cut if part[0] < part[1]]
    return free
