"""Who could go to a school on a day, slot by slot, and what stands against it: shown beside the forms that book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.models import Contract, VisitSlot
from visits.engineers import EngineerDay, engineer_days
from visits.models import Visit, VisitKind
from visits.on_site_hours import OnSiteHours, on_site_hours_for
from visits.when import SlotOn


@dataclass(frozen=True, slots=True)
class Place:
    """A slot for one engineer; `against` is '' where it is free."""

    slot: VisitSlot
    against: str


@dataclass(frozen=True, slots=True)
class EngineerLine:
    """One engineer's day. `hours` are the stretches on site in words; `places` are empty where times are free."""

    day: EngineerDay
    hours: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """`closed` says of each slot, by its name, why the school cannot be visited then; open slots are left out."""

    day: date
    slots: list[VisitSlot]
    closed: dict[str, str]
    lines: list[EngineerLine]


def free_places(contract: Contract, kind: str, day: date, *, without: Visit | None = None) -> FreePlaces:
    """Everybody with hours on that weekday. `without`: a visit that is about to move, which stands against nothing."""
    hours = on_site_hours_for(contract)
    slots = list(VisitSlot.objects.filter(package_id=contract.package_id)) if _has_slots(kind) else []
    closed = _closed(hours, slots, day)
    lines = [
        EngineerLine(one, _hours_words(one), _places(one, slots, closed, day))
        for one in engineer_days(day, hours.time_zone, without=without)
    ]
    return FreePlaces(day, slots, closed, lines)


def _has_slots(kind: str) -> bool:
    return kind == VisitKind.SCHEDULED


def _closed(hours: OnSiteHours, slots: Sequence[VisitSlot], day: date) -> dict[str, str]:
    found = {slot.name: hours.hindrance(SlotOn(day, slot)) for slot in slots}
    return {name: one.words for name, one in found.items() if one is not None}


def _places(one: EngineerDay, slots: Sequence[VisitSlot], closed: dict[str, str], day: date) -> list[Place]:
    return [Place(slot, closed.get(slot.name) or one.hindrance(SlotOn(day, slot))) for slot in slots]


def _hours_words(one: EngineerDay) -> str:
    return ", ".join(f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in sorted(one.stretches))
