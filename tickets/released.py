"""Higher apps hear when the words of tickets are taken away, and take away their own about them (Rule T7)."""

from collections.abc import Callable, Sequence

Hear = Callable[[Sequence[int]], None]

_hearers: list[Hear] = []


def on_tickets_released(hear: Hear) -> None:
    """Called once by each app when Django starts. `hear(ids)` runs in the same transaction, in the system scope."""
    _hearers.append(hear)


def tickets_released(ids: Sequence[int]) -> None:
    """Tell them all."""
    for hear in _hearers:
        hear(ids)
