"""Whether all purchased visits can still be delivered: shown at any time (Rule P2)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from accounts.tenancy.memory import current_provider
from contracts.models import Contract, VisitSlot
from sla.times import local_day
from visits.allowances import Allowance, AllowanceBook, allowance_book
from visits.models import TAKES_ENGINEER, AllowanceKind, Visit
from visits.on_site_hours import OpenDays, on_site_hours_for
from visits.periods import Span
from visits.when import SlotOn, TimesOn, When, instants_of


@dataclass(frozen=True, slots=True)
class DeliveryOutlook:
    """The purchased visits of the contract year in which it is asked.

    `open_days_left` are the local days up to `allowance.deliver_by` on which one could still begin, `places_left` the
    slots on them that no visit of this contract takes. Whether an engineer is free then is the planner's question.
    """

    allowance: Allowance
    purchased: int
    delivered: int
    booked: int
    to_book: int
    open_days_left: int
    places_left: int

    @property
    def can_all_be_delivered(self) -> bool:
        return self.to_book <= self.places_left


def delivery_outlook(
    contract: Contract, *, now: datetime, book: AllowanceBook | None = None
) -> DeliveryOutlook | None:
    """How the delivery of the purchased visits stands. None where none are purchased by number.

    `book` is the contract's, where the caller has read it already. Reads the contract's customer and package.
    """
    book = book or allowance_book(contract)
    zone = current_provider().time_zone
    today = max(local_day(now, zone), contract.starts_on)
    allowance = book.allowance(AllowanceKind.SCHEDULED_VISIT, today)
    if not allowance.limit or allowance.purchased is None:
        return None
    span = Span(today, allowance.deliver_by)
    places = _places(book, span, now, zone)
    return DeliveryOutlook(
        allowance=allowance,
        purchased=allowance.limit,
        delivered=allowance.used,
        booked=allowance.booked,
        to_book=max(0, allowance.limit - allowance.taken),
        open_days_left=len({when.day for when in places}),
        places_left=len(places),
    )


def _places(book: AllowanceBook, span: Span, now: datetime, zone: str) -> list[When]:
    """The times in a span at which a visit could begin that this contract has none for yet."""
    contract = book.contract
    if span.last < span.first:
        return []
    taken = list(
        Visit.objects.filter(
            contract=contract, day__range=(span.first, span.last), state__in=TAKES_ENGINEER
        ).values_list("starts_at", "ends_at")
    )
    slots = list(VisitSlot.objects.filter(package_id=contract.package_id))
    open_days = on_site_hours_for(contract, book.variations).days(span)
    return [
        when
        for day in open_days
        for when in _slots_of(day, slots, open_days)
        if _is_left(when, now, zone, taken)
    ]


def _slots_of(day: date, slots: list[VisitSlot], open_days: OpenDays) -> list[When]:
    """The slots of an open day; without any, the whole day is one place."""
    if not slots:
        return [TimesOn(day, time.min, time.max)]
    return [when for slot in slots if open_days.allow(when := SlotOn(day, slot))]


def _is_left(when: When, now: datetime, zone: str, taken: list[tuple[datetime, datetime]]) -> bool:
    starts_at, ends_at = instants_of(when, zone)
    is_ahead = (starts_at if isinstance(when, SlotOn) else ends_at) > now
    return is_ahead and not any(starts < ends_at and starts_at < ends for starts, ends in taken)
