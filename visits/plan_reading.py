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
from visits.allowances import allowance_of, deliver_by
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
from visits.on_site_hours import on_site_hours_for
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

    def add(self, contract: Contract, span: Span, visits: int, *, overlook: Collection[Visit] = ()) -> int:
        """So many more visits of the contract in a span of its days. Gives the key of what was added.

        `overlook`: booked visits that are to move. Reads the contract's customer and package.
        """
        key = len(self._served) + 1
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
                closed=self._closings(contract, span),
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
                hours={weekday: merged(stretches) for weekday, stretches in own.items()},
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

    def _closings(self, contract: Contract, span: Span) -> dict[date, tuple[Closing, ...]]:
        """When the school cannot be visited, by day: outside on-site hours, closed, or over already."""
        found: dict[date, list[Closing]] = defaultdict(list)
        zone = ZoneInfo(self.zone)
        starts, ends = (local_instant(day, time.min, self.zone) for day in (span.first, span.last + DAY))
        if starts >= ends:
            return {}
        for row in on_site_hours_for(contract).timeline.explain(starts, ends):
            if isinstance(row, Gap):
                named = [one.name for one in row.reasons if one.kind == ReasonKind.CLOSURE and one.name]
                for day, first, last in _by_day(row.starts, row.ends, zone):
                    found[day].append(Closing(", ".join(dict.fromkeys(named)), first, last))
        today, over = local_day(self.now, self.zone), self.now.astimezone(zone)
        if today in span:
            found[today].append(Closing("", 0, over.hour * 60 + over.minute + 1))
        return {day: tuple(closings) for day, closings in found.items()}

    def _engagements(self, span: Span, overlook: Collection[Visit]) -> dict[int, list[Engagement]]:
        rows = Visit.objects.filter(day__range=(span.first, span.last), state__in=TAKES_ENGINEER)
        found: dict[int, list[Engagement]] = defaultdict(list)
        zone = ZoneInfo(self.zone)
        for visit in rows.exclude(pk__in=[one.pk for one in overlook]):
            for day, first, last in _by_day(visit.starts_at, visit.ends_at, zone):
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
            for span, visits in still_to_plan(contract, first=first, last=last):
                reader.add(contract, span, visits)
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
                span = Span(max(first, year.first), max(visit.day, deliver_by(visit.contract, visit.day)))
                keys[place] = reader.add(visit.contract, span, 0, overlook=visits)
            of_visit[visit.pk] = keys[place]
        return reader.finish(overlook=visits), of_visit


def still_to_plan(contract: Contract, *, first: date, last: date) -> Iterator[tuple[Span, int]]:
    """The windows of the contract's years between two days, and how many purchased visits are neither done nor booked.

    Nothing for contracts whose visits are not counted.
    """
    day = max(first, contract.starts_on)
    while day <= min(last, contract.ends_on or last):
        allowance = allowance_of(contract, AllowanceKind.SCHEDULED_VISIT, day)
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


def plain_slot(slot: VisitSlot) -> Slot:
    return Slot(slot.pk, minutes(slot.starts), minutes(slot.ends))


def minutes(at: time) -> int:
    """Minutes after midnight."""
    return at.hour * 60 + at.minute


def merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches that touch or overlap as one, as `visits.engineers.covered` reads them."""
    found: list[tuple[int, int]] = []
    for starts, ends in sorted(stretches):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return tuple(found)


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


def _by_day(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """The parts of a stretch of time on each local day, in minutes, rounded outwards."""
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    for day in days_of(Span(starts.date(), ends.date())):
        first = starts.hour * 60 + starts.minute if day == starts.date() else 0
        last = DAY_END if day < ends.date() else ends.hour * 60 + ends.minute + bool(ends.second)
        if last > first:
            yield day, first, last
