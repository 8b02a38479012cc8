"""The beat on the machine's steady clock: a wall clock that is set back must not stop sweeps (Rule S14)."""

import time
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import schedstate, schedule


class SteadyScheduler(Scheduler):
    """Celery's scheduler for plain intervals, in memory, so that two beats share no file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._started = time.monotonic()
        self._last: dict[str, float] = {}
        super().__init__(*args, **kwargs)

    def _when(self, entry: ScheduleEntry, next_time_to_run: float, *args: Any) -> float:
        """Position in the heap, in seconds of the steady clock."""
        return time.monotonic() + next_time_to_run

    def is_due(self, entry: ScheduleEntry) -> schedstate:
        assert isinstance(entry.schedule, schedule), "this beat knows plain intervals only"
        interval = float(entry.schedule.seconds)
        now = time.monotonic()
        left = self._last.get(str(entry.name), self._started) + interval - now
        return schedstate(is_due=left <= 0, next=left if left > 0 else interval)

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        self._last[str(entry.name)] = time.monotonic()
        super().apply_entry(entry, producer=producer)
