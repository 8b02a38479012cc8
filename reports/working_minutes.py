"""Working time between instants, on the calendars that the clocks have pinned."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sla.models import CalendarVersion
from sla.working_time import CalendarSpec, Timeline, WorkingTimeError, working_time_for


class WorkingMinutes:
    """Reads the given calendar versions in one query; the engine shares compiled calendars."""

    def __init__(self, version_ids: Collection[int]) -> None:
        self._timelines: dict[int, Timeline] = {
            version.pk: working_time_for(CalendarSpec.from_dict(version.content))
            for version in (CalendarVersion.objects.filter(pk__in=version_ids) if version_ids else ())
        }

    def between(self, version_id: int, start: datetime, end: datetime) -> int | None:
        """Working minutes from `start` to `end`, begun ones counted; None where the calendar cannot tell."""
        timeline = self._timelines.get(version_id)
        try:
            worked = timeline.elapsed(start, end) if timeline else None
        except WorkingTimeError:
            return None
        return None if worked is None else -(-worked // timedelta(minutes=1))
