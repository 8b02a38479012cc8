"""Times that do not count (Rule S10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.working_time.zones import utc


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count (Rule S10); `ends` is None while it lasts. Aware datetimes."""

    starts: datetime
    ends: datetime | None
    name: str = ""

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(f"A pause ends after it starts: {self!r}")


def merged_pauses(pauses: Sequence[Pause]) -> list[tuple[datetime, datetime | None]]:
    """Pauses as sorted, disjoint pairs of UTC instants; an open one swallows all later ones."""
    merged: list[tuple[datetime, datetime | None]] = []
    for pause in sorted(pauses, key=lambda pause: pause.starts):
        starts, ends = utc(pause.starts), None if pause.ends is None else utc(pause.ends)
        if not merged or (merged[-1][1] is not None and starts > merged[-1][1]):
            merged.append((starts, ends))
            continue
        before = merged[-1][1]
        if before is not None and (ends is None or ends > before):
            merged[-1] = (merged[-1][0], ends)
    return merged
