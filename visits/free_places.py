"""Who could go to a school on a day, slot by slot, and what stands against it: shown beside the forms that book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from contracts.models import Contract, VisitSlot
from sla.times import local_time
from visits.engineers import EngineerDay, engineer_days
from visits.models import Visit, VisitKind
from visits.on_site_hours import SATURDAY, OnSiteHours, on_site_hours_for
from visits.periods import Span
from visits.stretches import stretches_free
from visits.when import SlotOn, TimesOn

Stretch = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Place:
    """A slot for one engineer; `against` is '' where it is free."""

    slot: VisitSlot
    against: str


@dataclass(frozen=True, slots=True)
class EngineerLine:
    """One engineer's day. `hours` are the stretches on site in words; `places` are empty where times are free.

    `free` are the local times at which the school is open and the engineer nowhere else.
    """

    day: EngineerDay
    hours: str
    places: list[Place]
    free: list[Stretch]

    @property
    def free_words(self) -> str:
        return _words(self.free)

    @property
    def slots_words(self) -> str:
        """The slots that are free, with their times."""
        free = [place.slot for place in self.places if not place.against]
        return ", ".join(f"{slot.name} {slot.starts:%H:%M}–{slot.ends:%H:%M}" for slot in free)


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """`closed` says of each slot, by its name, why the school cannot be visited then; open slots are left out.

    Without slots it says so of the whole day, by the school's name.
    """

    day: date
    slots: list[VisitSlot]
    closed: dict[str, str]
    lines: list[EngineerLine]


def free_places(contract: Contract, kind: str, day: date, *, without: Visit | None = None) -> FreePlaces:
    """Everybody with hours on that weekday. `without`: a visit that is about to move, which stands against nothing."""
    hours = on_site_hours_for(contract)
    slots = list(VisitSlot.objects.filter(package_id=contract.package_id)) if _has_slots(kind) else []
    opened = _open_stretches(hours, day)
    closed = _closed(hours, slots, day)
    if not slots and not opened:
        closed = {contract.customer.name: _closed_words(hours, day)}
    lines = [
        EngineerLine(one, _words(one.stretches), _places(one, slots, closed, day), _free(one, opened))
        for one in engineer_days(day, hours.time_zone, without=without)
    ]
    return FreePlaces(day, slots, closed, lines)


def _free(one: EngineerDay, opened: list[Stretch]) -> list[Stretch]:
    if one.absence is not None:
        return []
    visits = [
        (local_time(at.starts_at, one.time_zone), local_time(at.ends_at, one.time_zone)) for at in one.visits
    ]
    return stretches_free(opened, one.stretches, visits)


def _open_stretches(hours: OnSiteHours, day: date) -> list[Stretch]:
    """When the school can be visited on a day; up to the end of the day where it is open over midnight."""
    return [
        (starts.time(), ends.time() if ends.date() == day else time.max)
        for starts, ends in hours.days(Span(day, day)).stretches
        if day.weekday() < SATURDAY
    ]


def _closed_words(hours: OnSiteHours, day: date) -> str:
    noon = TimesOn(day, time(12), time(12, 1))
    found = hours.hindrance(noon)
    return found.words if found is not None else ""


def _has_slots(kind: str) -> bool:
    return kind == VisitKind.SCHEDULED


def _closed(hours: OnSiteHours, slots: Sequence[VisitSlot], day: date) -> dict[str, str]:
    found = {slot.name: hours.hindrance(SlotOn(day, slot)) for slot in slots}
    return {name: one.words for name, one in found.items() if one is not None}


def _places(one: EngineerDay, slots: Sequence[VisitSlot], closed: dict[str, str], day: date) -> list[Place]:
    return [Place(slot, closed.get(slot.name) or one.hindrance(SlotOn(day, slot))) for slot in slots]


def _words(stretches: Iterable[Stretch]) -> str:
    return ", ".join(f"{starts:%H:%M}–{ends:%H:%M}" for starts, ends in sorted(stretches))
