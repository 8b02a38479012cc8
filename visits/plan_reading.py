"""From rows to a planning problem: contracts with what is still to be delivered, and who could go (rules P2, S3).

Reads a dozen small queries for each contract, so it belongs into a worker.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Person, TeamMember
from accounts.tenancy.memory import current_provider, remembering
from contracts.models import Contract, VisitSlot
from sla.times import local_day, local_instant
from sla.working_time import Gap, ReasonKind
from visits.allowances import AllowanceBook, allowance_book
from visits.models import (
    TAKES_ENGINEER,
    AllowanceKind,
    EngineerAbsence,
    EngineerHours,
    SchoolTerm,
    Visit,
    VisitRhythm,
    VisitState,
    VisitWish,
)
from visits.on_site_hours import SATURDAY, OnSiteHours, on_site_hours_for
from visits.periods import DAY, Span, contract_year
from visits.planning import (
    DAY_END,
    Closing,
    Engagement,
    Engineer,
    Options,
    Problem,
    Rhythm,
    Served,
    Slot,
)
from visits.stretches import merged

# So many visits a year are meant weekly, or fortnightly, where nothing else is wished (rules, part P).
WEEKLY_FROM, FORTNIGHTLY_FROM = 36, 18


@dataclass(slots=True)
class Reading:
    """A problem, and what its keys stand for. Contract keys are of one contract's year: `contracts` leads back."""

    problem: Problem
    contracts: dict[int, Contract] = field(default_factory=dict)
    slots: dict[int, VisitSlot] = field(default_factory=dict)
    without_terms: set[int] = field(
        default_factory=set
    )  # ids of contracts whose school has no term dates then


class Reader:
    """Reads contracts and engineers for one run. Local days of the provider; nothing is planned before `now`."""

    def __init__(self, *, now: datetime, first: date, last: date, options: Options) -> None:
        self.now, self.first, self.last, self.options = now, first, last, options
        self.zone = current_provider().time_zone
        self.reading = Reading(Problem((), (), options))
        self._served: list[Served] = []
        self._horizon = last
        self._known: dict[tuple[int, Span], tuple[OnSiteHours, dict[date, tuple[Closing, ...]]]] = {}

    def add(self, book: AllowanceBook, span: Span, visits: int, *, overlook: Collection[Visit] = ()) -> int:
        """So many more visits of the contract in a span of its days. Gives the key of what was added.

        `overlook`: booked visits that are to move. Reads the contract's customer and package.
        """
        contract, key = book.contract, len(self._served) + 1
        slots = {slot.pk: slot for slot in VisitSlot.objects.filter(package_id=contract.package_id)}
        terms = SchoolTerm.objects.filter(
            customer_id=contract.customer_id, last_day__gte=span.first, first_day__lte=span.last
        )
        term_days = frozenset(day for term in terms for day in days_of(Span(term.first_day, term.last_day)))
        fixed = Visit.objects.filter(
            contract=contract, day__range=(span.first, span.last), state__in=TAKES_ENGINEER
        ).exclude(pk__in=[visit.pk for visit in overlook])
        wish = VisitWish.objects.filter(contract=contract).first() or VisitWish()
        self._served.append(
            Served(
                key=key,
                school=contract.customer_id,
                first_day=span.first,
                last_day=span.last,
                visits=visits,
                slots=tuple(plain_slot(slot) for slot in slots.values()),
                rhythm=_rhythm(wish, visits, span),
                weekday=wish.weekday,
                slot=wish.slot_id,
                engineer=wish.engineer_id,
                engineers=self._first_choice(contract),
                term_days=term_days,
                closed=self._closings(book, span),
                fixed=frozenset(fixed.values_list("day", flat=True)),
            )
        )
        self._horizon = max(self._horizon, span.last)
        self.reading.contracts[key] = contract
        self.reading.slots.update(slots)
        if not term_days:
            self.reading.without_terms.add(contract.pk)
        return key

    def finish(self, *, overlook: Collection[Visit] = ()) -> Reading:
        """The problem with all engineers: their hours, absences, and where they are already."""
        hours: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        people = Person.objects.filter(is_active=True, is_staff=True)
        for row in EngineerHours.objects.filter(engineer__in=people):
            hours[row.engineer_id][row.weekday].append((minutes(row.starts), minutes(row.ends)))
        absent: dict[int, set[date]] = defaultdict(set)
        span = Span(self.first, self._horizon)
        for away in EngineerAbsence.objects.filter(last_day__gte=span.first, first_day__lte=span.last):
            absent[away.engineer_id].update(days_of(Span(away.first_day, min(away.last_day, span.last))))
        engaged = self._engagements(span, overlook)
        engineers = tuple(
            Engineer(
                key=key,
                hours={weekday: tuple(merged(stretches)) for weekday, stretches in own.items()},
                absent=frozenset(absent[key]),
                engagements=tuple(engaged[key]),
            )
            for key, own in sorted(hours.items())
        )
        self.reading.problem = Problem(tuple(self._served), engineers, self.options)
        return self.reading

    def _first_choice(self, contract: Contract) -> frozenset[int]:
        """Engineers of the team that looks after the school serve it first."""
        team = contract.customer.team_id
        if team is None:
            return frozenset()
        return frozenset(TeamMember.objects.filter(team_id=team).values_list("person_id", flat=True))

    def _closings(self, book: AllowanceBook, span: Span) -> dict[date, tuple[Closing, ...]]:
        """When the school cannot be visited, by day: outside on-site hours, closed, or over already."""
        hours = on_site_hours_for(book.contract, book.variations)
        # Most schools share their hours and closures, and so the object that answers for them.
        place = (id(hours.timeline), span)
        if place not in self._known:
            self._known[place] = (hours, closings_of(hours, span))
        found = self._known[place][1]
        now = self.now.astimezone(ZoneInfo(self.zone))
        if now.date() in span:
            over = Closing("", 0, now.hour * 60 + now.minute + 1)
            return {**found, now.date(): (*found.get(now.date(), ()), over)}
        return found

    def _engagements(self, span: Span, overlook: Collection[Visit]) -> dict[int, list[Engagement]]:
        rows = Visit.objects.filter(day__range=(span.first, span.last), state__in=TAKES_ENGINEER)
        found: dict[int, list[Engagement]] = defaultdict(list)
        zone = ZoneInfo(self.zone)
        for visit in rows.exclude(pk__in=[one.pk for one in overlook]):
            for day, first, last in _by_day(visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)):
                found[visit.engineer_id].append(Engagement(day, first, last, visit.customer_id))
        return found


def year_reading(
    contracts: Iterable[Contract], *, now: datetime, first: date, last: date, options: Options
) -> Reading:
    """What is still to be delivered of these contracts, in every contract year that begins by `last`.

    A year's visits are spread over all that is left of its window, also where that ends after `last`.
    """
    reader = Reader(now=now, first=first, last=last, options=options)
    with remembering():
        for contract in contracts:
            book = allowance_book(contract)
            for span, visits in still_to_plan(book, first=first, last=last):
                reader.add(book, span, visits)
        return reader.finish()


def moves_reading(
    visits: Collection[Visit], *, now: datetime, options: Options
) -> tuple[Reading, dict[int, int]]:
    """Booked visits that must move, each inside its own window; and the problem's key of each, by the visit's id."""
    first = local_day(now, current_provider().time_zone)
    last = max((visit.day for visit in visits), default=first)
    reader = Reader(now=now, first=first, last=last, options=options)
    keys: dict[tuple[int, date], int] = {}
    of_visit = {}
    with remembering():
        for visit in visits:
            year = contract_year(visit.contract.starts_on, visit.day)
            place = (visit.contract_id, year.first)
            if place not in keys:
                book = allowance_book(visit.contract)
                span = Span(max(first, year.first), max(visit.day, book.deliver_by(visit.day)))
                keys[place] = reader.add(book, span, 0, overlook=visits)
            of_visit[visit.pk] = keys[place]
        return reader.finish(overlook=visits), of_visit


def still_to_plan(book: AllowanceBook, *, first: date, last: date) -> Iterator[tuple[Span, int]]:
    """The windows of the contract's years between two days, and how many purchased visits are neither done nor booked.

    Nothing for contracts whose visits are not counted.
    """
    contract = book.contract
    day = max(first, contract.starts_on)
    while day <= min(last, contract.ends_on or last):
        allowance = book.allowance(AllowanceKind.SCHEDULED_VISIT, day)
        year = contract_year(contract.starts_on, day)
        if allowance.purchased is not None and allowance.left is not None and allowance.left > 0:
            yield Span(day, allowance.deliver_by), allowance.left
        day = year.last + DAY


def visits_hit(absence: EngineerAbsence) -> list[Visit]:
    """The booked visits of an engineer on the days of an absence."""
    rows = Visit.objects.filter(
        engineer_id=absence.engineer_id,
        day__range=(absence.first_day, absence.last_day),
        state=VisitState.BOOKED,
    )
    return list(
        rows.select_related("customer", "contract__customer", "contract__package", "slot", "engineer")
    )


def closings_of(hours: OnSiteHours, span: Span) -> dict[date, tuple[Closing, ...]]:
    """What is not open on each weekday of a span; a day without any opening says what it is closed for."""
    opened: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for starts, ends in hours.days(span).stretches:
        for day, first, last in _by_day(starts, ends):
            opened[day].append((first, last))
    return {
        day: _between(opened[day]) if day in opened else (Closing(_closed_for(hours, day)),)
        for day in days_of(span)
        if day.weekday() < SATURDAY
    }


def plain_slot(slot: VisitSlot) -> Slot:
    return Slot(slot.pk, minutes(slot.starts), minutes(slot.ends))


def minutes(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def days_of(span: Span) -> list[date]:
    return [span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1)]


def _rhythm(wish: VisitWish, visits: int, span: Span) -> Rhythm:
    """What is wished; else weekly or fortnightly where so many visits a year are left, else evenly."""
    if wish.rhythm:
        return Rhythm(VisitRhythm(wish.rhythm).value)
    a_year = visits * 46 * 7 / max((span.last - span.first).days + 1, 7)
    if a_year >= WEEKLY_FROM:
        return Rhythm.WEEKLY
    return Rhythm.FORTNIGHTLY if a_year >= FORTNIGHTLY_FROM else Rhythm.SPREAD


def _between(opened: list[tuple[int, int]]) -> tuple[Closing, ...]:
    """What lies before, between and after the open stretches of a day."""
    edges = [0, *(edge for stretch in merged(opened) for edge in stretch), DAY_END]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Closing("", starts, ends) for starts, ends in pairs if starts < ends)


def _closed_for(hours: OnSiteHours, day: date) -> str:
    starts, ends = (local_instant(one, time.min, hours.time_zone) for one in (day, day + DAY))
    rows = hours.timeline.explain(starts, ends)
    reasons = [reason for row in rows if isinstance(row, Gap) for reason in row.reasons]
    names = [one.name for one in reasons if one.kind == ReasonKind.CLOSURE and one.name]
    return ", ".join(dict.fromkeys(names))


def _by_day(starts: datetime, ends: datetime) -> Iterator[tuple[date, int, int]]:
    """The parts of a stretch of local time on each day, in minutes, rounded outwards."""
    for day in days_of(Span(starts.date(), ends.date())):
        first = starts.hour * 60 + starts.minute if day == starts.date() else 0
        last = DAY_END if day < ends.date() else ends.hour * 60 + ends.minute + bool(ends.second)
        if last > first:
            yield day, first, last
