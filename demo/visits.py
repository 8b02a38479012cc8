"""A year of visits for the demo: done, missed and made good, replaced by remote support, and still to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Customer, Person
from accounts.tenancy.memory import current_provider
from contracts.models import Contract, VisitSlot, VisitWindow
from contracts.selectors import contract_of_each
from sla.times import local_day
from visits.models import (
    AllowanceEntry,
    AllowanceKind,
    AllowanceRule,
    EngineerHours,
    EntryCause,
    RemoteSession,
    Visit,
    VisitEvent,
    VisitEventKind,
    VisitKind,
    VisitState,
)
from visits.on_site_hours import SATURDAY, OpenDays, on_site_hours_for
from visits.periods import DAY, Span, contract_year
from visits.services.base import snapshot
from visits.services.visit_hours import visit_hours_follow
from visits.when import SlotOn, TimesOn, When, instants_of, put_at

BOOKED_AHEAD = timedelta(days=84)
BOOKED_BEFORE = timedelta(days=28)
REACHES_BACK = timedelta(days=364)  # as far as the demo's tickets
ON_DEMAND_EACH = 40  # days between two on-demand visits of a school: below what is fair (Rule P5)
MISSED_EACH = 14  # of so many past visits one was missed
WORK_DONE = (
    "Replaced the lamp in the projector of room 4 and cleaned its filter. Checked all classroom sound.",
    "Moved two access points in the hall; coverage is now good up to the stage.",
    "Windows updates on both servers, restarted with the office's consent. Backups of the week checked.",
    "Set up six laptops for the new starters, with their printers. Old ones wiped and labelled.",
    "Room checks: two keyboards exchanged, one whiteboard calibrated, the printer on the first floor cleaned.",
    "Looked at slow sign-in in the ICT suite: a full profile disk. Cleared, and a limit set.",
    "Patched the new office desks, and drew the change in the plan of the cabinet.",
)
ON_DEMAND_TIMES = ((time(9), time(11)), (time(13), time(15)), (time(15), time(16, 30)))
MISSES = ("The engineer was ill and nobody else was free.", "The van broke down on the way.")
SESSIONS = (
    "Shared calendar of the office repaired",
    "Printer queue cleared",
    "New starter's account and mailbox",
    "Sound settings of the hall PC",
)


@dataclass
class _Diary:
    """What is made, and where each engineer is already."""

    now: datetime
    zone: str
    rng: Random
    visits: list[Visit] = field(default_factory=list)
    replacements: list[Visit] = field(default_factory=list)
    busy: dict[tuple[int, date], list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def is_free(self, engineer: Person, when: When) -> bool:
        starts, ends = instants_of(when, self.zone)
        taken = self.busy.get((engineer.pk, when.day), [])
        return not any(begins < ends and starts < over for begins, over in taken)

    def take(self, engineer: Person, when: When) -> None:
        self.busy.setdefault((engineer.pk, when.day), []).append(instants_of(when, self.zone))


def visits_add(*, now: datetime, seed: int) -> None:
    """Add them for every contract that holds today, inside the provider's open scope. Nobody is told of any."""
    zone = current_provider().time_zone
    diary = _Diary(now, zone, Random(f"{seed}:visits"))  # noqa: S311 - a demo that can be repeated
    engineers = list(Person.objects.filter(pk__in=EngineerHours.objects.values("engineer_id")).order_by("pk"))
    if not engineers:
        return
    contracts = contract_of_each(local_day(now, zone), Customer.objects.all())
    # First those who have an engineer all day: everybody else is visited by whoever is left.
    for number, contract in enumerate(sorted(contracts, key=lambda one: not _is_full_time(one))):
        first = number % len(engineers)
        _visits_plan(diary, contract, engineers[first:] + engineers[:first])
    for number, contract in enumerate(contracts):
        if contract.package.has_on_demand_visits:
            _on_demand_add(diary, contract, engineers, number)
    Visit.objects.bulk_create(diary.visits)
    Visit.objects.bulk_create(diary.replacements)
    everything = [*diary.visits, *diary.replacements]
    VisitEvent.objects.bulk_create(event for visit in everything for event in _events(visit))
    AllowanceEntry.objects.bulk_create(line for visit in everything for line in _lines(visit))
    _sessions_add(diary, contracts, engineers)
    for contract in contracts:
        visit_hours_follow(contract, "")


def _visits_plan(diary: _Diary, contract: Contract, engineers: Sequence[Person]) -> None:
    """The visits of each of the contract's years that the demo's history touches."""
    if contract.package.visit_window == VisitWindow.NONE:
        return
    slots = list(VisitSlot.objects.filter(package_id=contract.package_id))
    today = local_day(diary.now, diary.zone)
    hours = on_site_hours_for(contract)
    year = contract_year(contract.starts_on, max(contract.starts_on, today - REACHES_BACK))
    while year.first <= today:
        booked = year.until(contract.ends_on).until(today + BOOKED_AHEAD)
        _year_add(diary, contract, engineers, year, hours.days(booked), slots)
        year = contract_year(contract.starts_on, year.last + DAY)


def _year_add(
    diary: _Diary,
    contract: Contract,
    engineers: Sequence[Person],
    year: Span,
    open_days: OpenDays,
    slots: Sequence[VisitSlot],
) -> None:
    """A contract's year of visits: every open day, or so many spread over them, each in a slot of the package."""
    if _is_full_time(contract):
        whens = _all_days(open_days)
    else:
        whens = _spread(diary, open_days, year, contract.visits_purchased, slots)
    for turn, when in enumerate(whens):
        engineer = next((one for one in engineers if diary.is_free(one, when)), None)
        if engineer is not None:
            diary.take(engineer, when)
            _visit_add(diary, contract, engineer, when, turn, open_days, slots)


def _on_demand_add(diary: _Diary, contract: Contract, engineers: Sequence[Person], number: int) -> None:
    """On-demand visits of the last year and one to come, at times that were agreed, each by whoever is free."""
    today = local_day(diary.now, diary.zone)
    span = Span(max(contract.starts_on, today - REACHES_BACK), today + timedelta(days=ON_DEMAND_EACH))
    open_days = on_site_hours_for(contract).days(span.until(contract.ends_on))
    next_from = span.first + timedelta(days=7 + 5 * number % ON_DEMAND_EACH)
    for day in open_days:
        when = TimesOn(day, *diary.rng.choice(ON_DEMAND_TIMES))
        engineer = next((one for one in engineers if diary.is_free(one, when)), None)
        if day < next_from or engineer is None or not open_days.allow(when):
            continue
        diary.take(engineer, when)
        visit = _visit(contract, engineer, when, diary.zone)
        visit.kind, visit.uses = VisitKind.ON_DEMAND, AllowanceKind.ON_DEMAND_VISIT
        if visit.ends_at <= diary.now:
            _done(diary, visit)
        diary.visits.append(visit)
        next_from = day + timedelta(days=ON_DEMAND_EACH)


def _is_full_time(contract: Contract) -> bool:
    return contract.package.visit_window == VisitWindow.FULL_TIME


def _all_days(open_days: OpenDays) -> Iterator[When]:
    """The whole of each open day: a package with an engineer on site full time has no slots."""
    for starts, ends in open_days.stretches:
        if starts.weekday() < SATURDAY:
            yield TimesOn(starts.date(), starts.time(), ends.time())


def _spread(
    diary: _Diary, open_days: OpenDays, year: Span, number: int, slots: Sequence[VisitSlot]
) -> Iterator[When]:
    days = list(open_days)
    if not number or not days:
        return
    step = max(1.0, ((year.last - year.first).days + 1) * 5 / 7 / number)
    at = diary.rng.random() * min(step, 5)
    while at < len(days):
        when = _when(days[int(at)], slots, diary.rng)
        if open_days.allow(when):
            yield when
        at += step


def _when(day: date, slots: Sequence[VisitSlot], rng: Random) -> When:
    if slots:
        return SlotOn(day, rng.choice(slots[:2]))
    midnight = datetime.combine(day, datetime.min.time())
    return TimesOn(day, (midnight + timedelta(hours=9)).time(), (midnight + timedelta(hours=12)).time())


def _visit_add(
    diary: _Diary,
    contract: Contract,
    engineer: Person,
    when: When,
    turn: int,
    open_days: OpenDays,
    slots: Sequence[VisitSlot],
) -> None:
    visit = _visit(contract, engineer, when, diary.zone)
    diary.visits.append(visit)
    if visit.ends_at > diary.now:
        return
    if _is_full_time(contract):
        _done(diary, visit)
    elif turn == MISSED_EACH // 2:
        visit.state, visit.sequence = VisitState.IN_LIEU, 1
    elif turn % MISSED_EACH == MISSED_EACH - 1:
        visit.state, visit.sequence = VisitState.MISSED, 1
        _made_good(diary, visit, open_days, slots)
    else:
        _done(diary, visit)


def _made_good(diary: _Diary, missed: Visit, open_days: OpenDays, slots: Sequence[VisitSlot]) -> None:
    """Another visit in the place of the missed one, within three weeks."""
    for day in open_days:
        if missed.day < day <= missed.day + timedelta(days=21):
            when = _when(day, slots, diary.rng)
            if open_days.allow(when) and diary.is_free(missed.engineer, when):
                diary.take(missed.engineer, when)
                visit = _visit(missed.contract, missed.engineer, when, diary.zone)
                visit.replaces = missed
                if visit.ends_at <= diary.now:
                    _done(diary, visit)
                diary.replacements.append(visit)
                return


def _visit(contract: Contract, engineer: Person, when: When, zone: str) -> Visit:
    visit = Visit(
        customer=contract.customer,
        contract=contract,
        kind=VisitKind.SCHEDULED,
        uses="" if _is_full_time(contract) else AllowanceKind.SCHEDULED_VISIT,
        engineer=engineer,
    )
    put_at(visit, when, zone)
    return visit


def _done(diary: _Diary, visit: Visit) -> None:
    visit.state, visit.sequence = VisitState.DONE, 2
    visit.arrived_at = visit.starts_at - timedelta(minutes=diary.rng.randrange(0, 12))
    visit.departed_at = visit.ends_at + timedelta(minutes=diary.rng.randrange(0, 20))
    visit.departed_at = min(visit.departed_at, diary.now)
    visit.work_done = diary.rng.choice(WORK_DONE)
    visit.signed_by = diary.rng.choice(("School office", "School office", ""))


def _events(visit: Visit) -> Iterator[VisitEvent]:
    booked = Visit(
        **{name: getattr(visit, name) for name in ("engineer_id", "slot_id", "day", "starts_at", "ends_at")}
    )
    yield _event(visit, VisitEventKind.BOOKED, _booked_at(visit))
    if visit.arrived_at and visit.departed_at:
        yield _event(visit, VisitEventKind.ARRIVED, visit.arrived_at, before=booked)
        booked.state, booked.arrived_at = VisitState.ON_SITE, visit.arrived_at
        yield _event(visit, VisitEventKind.DEPARTED, visit.departed_at, before=booked)
    elif visit.state == VisitState.MISSED:
        reason = MISSES[visit.day.toordinal() % len(MISSES)]
        yield _event(visit, VisitEventKind.MISSED, visit.ends_at, before=booked, reason=reason)
    elif visit.state == VisitState.IN_LIEU:
        reason = "The school was closed by snow."
        yield _event(visit, VisitEventKind.IN_LIEU, visit.starts_at, before=booked, reason=reason)


def _event(
    visit: Visit, kind: VisitEventKind, at: datetime, *, before: Visit | None = None, reason: str = ""
) -> VisitEvent:
    return VisitEvent(
        customer_id=visit.customer_id,
        visit=visit,
        kind=kind,
        at=at,
        by_id=visit.engineer_id,
        reason=reason,
        before=snapshot(before) if before else {},
    )


def _lines(visit: Visit) -> Iterator[AllowanceEntry]:
    if not visit.uses:
        return
    yield _line(visit, -1, EntryCause.BOOKED, _booked_at(visit))
    if visit.state in {VisitState.MISSED, VisitState.IN_LIEU}:
        yield _line(visit, +1, EntryCause.RETURNED, visit.ends_at)
    if visit.state == VisitState.IN_LIEU:
        yield _line(visit, -1, EntryCause.IN_LIEU, visit.ends_at)


def _line(visit: Visit, quantity: int, cause: EntryCause, at: datetime) -> AllowanceEntry:
    return AllowanceEntry(
        customer_id=visit.customer_id,
        contract_id=visit.contract_id,
        kind=visit.uses,
        day=visit.day,
        quantity=quantity,
        cause=cause,
        visit=visit,
        at=at,
        by_id=visit.engineer_id,
    )


def _booked_at(visit: Visit) -> datetime:
    booked: datetime = visit.starts_at - BOOKED_BEFORE
    return booked


def _sessions_add(diary: _Diary, contracts: Sequence[Contract], engineers: Sequence[Person]) -> None:
    """Remote sessions where the package has them, and those that were given in place of a visit (Rule P3)."""
    served = set(
        AllowanceRule.objects.filter(kind=AllowanceKind.REMOTE_SESSION).values_list("package_id", flat=True)
    )
    sessions = [
        _session(
            diary, contract, diary.rng.choice(engineers), diary.now - timedelta(days=3 + 6 * number, hours=2)
        )
        for contract in contracts
        if contract.package_id in served
        for number in range(diary.rng.randrange(4, 12))
        if contract.starts_on < local_day(diary.now - timedelta(days=4 + 6 * number), diary.zone)
    ]
    for visit in diary.visits:
        if visit.state == VisitState.IN_LIEU:
            started = min(visit.starts_at + timedelta(days=2), diary.now - timedelta(hours=2))
            session = _session(diary, visit.contract, visit.engineer, started)
            session.in_lieu_of, session.minutes = visit, 90
            sessions.append(session)
    RemoteSession.objects.bulk_create(sessions)
    AllowanceEntry.objects.bulk_create(
        AllowanceEntry(
            customer_id=one.customer_id,
            contract_id=one.contract_id,
            kind=AllowanceKind.REMOTE_SESSION,
            day=one.day,
            quantity=-1,
            cause=EntryCause.SESSION,
            session=one,
            at=one.started_at,
            by_id=one.by_id,
        )
        for one in sessions
        if one.in_lieu_of_id is None
    )


def _session(diary: _Diary, contract: Contract, by: Person, started_at: datetime) -> RemoteSession:
    return RemoteSession(
        customer_id=contract.customer_id,
        contract=contract,
        started_at=started_at,
        minutes=diary.rng.choice((10, 15, 20, 30, 45)),
        day=local_day(started_at, diary.zone),
        by=by,
        note=diary.rng.choice(SESSIONS),
    )
