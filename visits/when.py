"""When a visit takes place, as people agree it: a local day with a slot, or with times of its own (Rule S15)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from contracts.models import VisitSlot
from sla.times import local_instant
from visits.models import Visit


@dataclass(frozen=True, slots=True)
class SlotOn:
    """A slot of the contract's package on a local day."""

    day: date
    slot: VisitSlot

    @property
    def starts(self) -> time:
        return self.slot.starts

    @property
    def ends(self) -> time:
        return self.slot.ends


@dataclass(frozen=True, slots=True)
class TimesOn:
    """Local times that were agreed freely, both on one local day."""

    day: date
    starts: time
    ends: time


When = SlotOn | TimesOn


def instants_of(when: When, time_zone: str) -> tuple[datetime, datetime]:
    """Start and end in UTC."""
    return (
        local_instant(when.day, when.starts, time_zone),
        local_instant(when.day, when.ends, time_zone),
    )


def put_at(visit: Visit, when: When, time_zone: str) -> None:
    """Give a visit this time; not stored yet."""
    visit.day, visit.slot = when.day, when.slot if isinstance(when, SlotOn) else None
    visit.starts_at, visit.ends_at = instants_of(when, time_zone)
