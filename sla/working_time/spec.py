"""The description of a calendar: frozen, hashable, and the same text for the same calendar.

A description holds local dates and times only (Rule S15). It is stored as JSON, addressed by its SHA-256,
and pinned by the clocks that run on it, so that a deadline can be recomputed years later from exactly the
hours it was promised on.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

from sla.working_time.errors import InvalidCalendar

FORMAT = 1
MINUTES_PER_DAY = 1440


def _check_local(value: datetime) -> None:
    if value.tzinfo is not None or value.microsecond or value.fold:
        raise InvalidCalendar(f"A local time has no zone, no fold and whole seconds: {value!r}")


@dataclass(frozen=True, order=True, slots=True)
class WeeklyWindow:
    """Open every week on `weekday` (0 = Monday) from minute `opens` to minute `closes` (at most 1440)."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.opens < self.closes <= MINUTES_PER_DAY):
            raise InvalidCalendar(f"Not a window of a day: {self!r}")


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open in the same windows every week; several a day are allowed, overlapping ones are not."""

    windows: tuple[WeeklyWindow, ...]

    def __post_init__(self) -> None:
        windows = tuple(sorted(self.windows))
        for earlier, later in pairwise(windows):
            if earlier.weekday == later.weekday and later.opens < earlier.closes:
                raise InvalidCalendar(f"Windows overlap: {earlier!r} and {later!r}")
        object.__setattr__(self, "windows", windows)


@dataclass(frozen=True, slots=True)
class AlwaysOpen:
    """Open 24x7."""


@dataclass(frozen=True, order=True, slots=True)
class VisitWindow:
    """One visit, from `starts` to before `ends`, local times."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        _check_local(self.starts)
        _check_local(self.ends)
        if self.starts >= self.ends:
            raise InvalidCalendar(f"A visit ends after it starts: {self!r}")


@dataclass(frozen=True, slots=True)
class VisitHours:
    """Open only inside visits (Rule S7)."""

    visits: tuple[VisitWindow, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "visits", tuple(sorted(set(self.visits))))


Hours = WeeklyHours | AlwaysOpen | VisitHours


class LayerKind(StrEnum):
    """Where the exceptions of a layer come from."""

    PUBLIC_HOLIDAYS = "public_holidays"
    PROVIDER_CLOSURES = "provider_closures"
    CUSTOMER_EXCEPTIONS = "customer_exceptions"


@dataclass(frozen=True, order=True, slots=True)
class CalendarException:
    """A named time from `starts` to before `ends` (local) that is closed, or open if `opens`."""

    starts: datetime
    ends: datetime
    name: str
    opens: bool = False

    def __post_init__(self) -> None:
        _check_local(self.starts)
        _check_local(self.ends)
        if self.starts >= self.ends:
            raise InvalidCalendar(f"An exception ends after it starts: {self!r}")

    @classmethod
    def closed_days(cls, name: str, first: date, last: date | None = None) -> Self:
        """Closed from midnight on `first` to the end of `last` (inclusive; the same day if left out)."""
        after = (last or first) + timedelta(days=1)
        return cls(datetime.combine(first, time.min), datetime.combine(after, time.min), name)


@dataclass(frozen=True, slots=True)
class Layer:
    """Exceptions that override the layers before. Inside one layer an opening wins over a closure."""

    name: str
    kind: LayerKind
    exceptions: tuple[CalendarException, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", LayerKind(self.kind))
        object.__setattr__(self, "exceptions", tuple(sorted(set(self.exceptions))))


@dataclass(frozen=True)
class CalendarSpec:
    """A whole calendar: zone, regular hours, and layers of exceptions in order (Rules S3, S7, S15)."""

    time_zone: str
    hours: Hours
    layers: tuple[Layer, ...] = ()

    def __hash__(self) -> int:
        # Hashing hundreds of exceptions again for each look-up would cost more than the look-up.
        return hash(self.sha256())

    def canonical_json(self) -> str:
        """The one text of this calendar: sorted keys and rows, no white space."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the canonical text in UTF-8: the calendar's address."""
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    @property
    def is_finite(self) -> bool:
        """True if no hours repeat, so that every opening is listed in the description itself."""
        return isinstance(self.hours, VisitHours) or self.hours == WeeklyHours(())

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, as stored in a `jsonb` column."""
        return {
            "format": FORMAT,
            "time_zone": self.time_zone,
            "hours": _hours_to_dict(self.hours),
            "layers": [
                {
                    "name": layer.name,
                    "kind": layer.kind.value,
                    "exceptions": [
                        {"name": e.name, "starts": _text(e.starts), "ends": _text(e.ends), "opens": e.opens}
                        for e in layer.exceptions
                    ],
                }
                for layer in self.layers
            ],
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> "CalendarSpec":
        """Read what `canonical_json` wrote; InvalidCalendar for anything else."""
        try:
            content = json.loads(text)
        except ValueError as error:
            raise InvalidCalendar("Not JSON") from error
        return cls.from_dict(content)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "CalendarSpec":
        """Read what `to_dict` gave (key order does not matter); InvalidCalendar for anything else."""
        try:
            if content["format"] != FORMAT:
                raise InvalidCalendar(f"Unknown calendar format: {content['format']!r}")
            return cls(
                time_zone=content["time_zone"],
                hours=_hours_from_dict(content["hours"]),
                layers=tuple(_layer_from_dict(layer) for layer in content["layers"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidCalendar(f"Not a calendar: {error}") from error


def weekly_hours(weekdays: Iterable[int], *windows: tuple[time, time]) -> WeeklyHours:
    """The same windows on each weekday (0 = Monday).

    A window that closes at or before its opening runs over midnight into the next day.
    """
    rows: list[WeeklyWindow] = []
    for weekday in weekdays:
        for opens, closes in windows:
            start, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
            if start < end:
                rows.append(WeeklyWindow(weekday, start, end))
                continue
            rows.append(WeeklyWindow(weekday, start, MINUTES_PER_DAY))
            if end:
                rows.append(WeeklyWindow((weekday + 1) % 7, 0, end))
    return WeeklyHours(tuple(rows))


def _text(local: datetime) -> str:
    return local.isoformat(timespec="seconds")


def _hours_to_dict(hours: Hours) -> dict[str, Any]:
    match hours:
        case AlwaysOpen():
            return {"kind": "always"}
        case WeeklyHours(windows):
            return {"kind": "weekly", "windows": [[w.weekday, w.opens, w.closes] for w in windows]}
        case VisitHours(visits):
            return {"kind": "visits", "visits": [[_text(v.starts), _text(v.ends)] for v in visits]}


def _hours_from_dict(content: Mapping[str, Any]) -> Hours:
    match content["kind"]:
        case "always":
            return AlwaysOpen()
        case "weekly":
            return WeeklyHours(tuple(WeeklyWindow(*window) for window in content["windows"]))
        case "visits":
            visits = content["visits"]
            return VisitHours(
                tuple(VisitWindow(datetime.fromisoformat(s), datetime.fromisoformat(e)) for s, e in visits)
            )
        case other:
            raise InvalidCalendar(f"Unknown kind of hours: {other!r}")


def _layer_from_dict(content: Mapping[str, Any]) -> Layer:
    return Layer(
        name=content["name"],
        kind=LayerKind(content["kind"]),
        exceptions=tuple(
            CalendarException(
                name=row["name"],
                starts=datetime.fromisoformat(row["starts"]),
                ends=datetime.fromisoformat(row["ends"]),
                opens=row["opens"],
            )
            for row in content["exceptions"]
        ),
    )
