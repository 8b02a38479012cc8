"""A year of visits for the demo: done, missed and made good, replaced by remote support, and still to come."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Customer, Person
from accounts.tenancy.memory import current_provider
from contracts.models import Contract, EmergencyCallout, VisitSlot, VisitWindow
from contracts.selectors import contract_of_each
from sla.times import local_day
from visits.models import (
    AllowanceEntry,
    AllowanceKind,
    EngineerHours,
    EntryCause,
    RemoteSession,
    Visit,
    VisitEvent,
    VisitEventKind,
    VisitKind,
    VisitState,
)
from visits.on_site_hours import OpenDays, on_site_hours_for
from visits.periods import Span, contract_year
from visits.services.base import snapshot
from visits.services.callouts import USED_BY
from visits.services.visit_hours import visit_hours_follow
from visits.when import SlotOn, TimesOn, When, instants_of, put_at

BOOKED_AHEAD = timedelta(days=84)
BOOKED_BEFORE = {
    VisitKind.SCHEDULED: timedelta(days=28),
    VisitKind.ON_DEMAND: timedelta(days=3),
    VisitKind.CALLOUT: timedelta(minutes=50),
}
ON_DEMAND_A_YEAR = 7
DAY_ON_SITE = time(8, 30), time(15, 30)  # of an engineer who is there full-time
CALLED_OUT_AGO = timedelta(days=9)
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
    for number, contract in enumerate(contracts):
        _year_add(
            diary, contract, engineers[number % len(engineers) :] + engineers[: number % len(engineers)]
        )
    _callout_add(diary, contracts, engineers)
    Visit.objects.bulk_create(diary.visits)
    Visit.objects.bulk_create(diary.replacements)
    everything = [*diary.visits, *diary.replacements]
    VisitEvent.objects.bulk_create(event for visit in everything for event in _events(visit, now))
    AllowanceEntry.objects.bulk_create(line for visit in everything for line in _lines(visit, now))
    _sessions_add(diary, contracts, engineers)
    for contract in contracts:
        visit_hours_follow(contract, "")  # the clocks of requests that are made in the try-out run in them


def _year_add(diary: _Diary, contract: Contract, engineers: Sequence[Person]) -> None:
    """The contract's year of visits, spread over its open days, each on the usual weekday where that is free."""
    slots = list(VisitSlot.objects.filter(package_id=contract.package_id))
    today = local_day(diary.now, diary.zone)
    year = contract_year(contract.starts_on, today).until(contract.ends_on)
    open_days = on_site_hours_for(contract).days(Span(year.first, min(year.last, today + BOOKED_AHEAD)))
    is_full_time = contract.package.visit_window == VisitWindow.FULL_TIME
    number = len(list(open_days)) if is_full_time else contract.visits_purchased
    if contract.package.visit_window != VisitWindow.NONE:
        whens = _spread(diary, open_days, year, number, slots, every_day=is_full_time)
        for turn, (when, engineer) in enumerate(_placed(diary, whens, engineers)):
            _visit_add(diary, contract, engineer, when, turn, open_days, slots)
    if contract.package.has_on_demand_visits:
        soon = on_site_hours_for(contract).days(Span(year.first, today + BOOKED_BEFORE[VisitKind.ON_DEMAND]))
        whens = _spread(diary, soon, year, ON_DEMAND_A_YEAR, slots)
        for when, engineer in _placed(diary, whens, engineers):
            _unplanned_add(
                diary, contract, engineer, when, VisitKind.ON_DEMAND, AllowanceKind.ON_DEMAND_VISIT
            )


def _placed(
    diary: _Diary, whens: Iterable[When], engineers: Sequence[Person]
) -> Iterator[tuple[When, Person]]:
    """Each time with the first engineer who is free then, and from now on is not."""
    for when in whens:
        engineer = next((one for one in engineers if diary.is_free(one, when)), None)
        if engineer is not None:
            diary.take(engineer, when)
            yield when, engineer


def _unplanned_add(
    diary: _Diary, contract: Contract, engineer: Person, when: When, kind: VisitKind, uses: str
) -> None:
    visit = _visit(contract, engineer, when, diary.zone, kind=kind, uses=uses)
    if visit.ends_at <= diary.now:
        _done(diary, visit)
    diary.visits.append(visit)


def _callout_add(diary: _Diary, contracts: Sequence[Contract], engineers: Sequence[Person]) -> None:
    """One emergency callout of the last fortnight, at a school whose package includes it (Rule P4)."""
    day = local_day(diary.now - CALLED_OUT_AGO, diary.zone)
    able = [one for one in contracts if one.package.emergency_callout != EmergencyCallout.NO]
    for contract in (one for one in able if one.starts_on < day):
        for later in range(5):
            when = TimesOn(day + timedelta(days=later), time(10, 0), time(12, 0))
            if on_site_hours_for(contract).hindrance(when) is not None:
                continue
            for _when, engineer in _placed(diary, [when], engineers):
                uses = USED_BY.get(contract.package.emergency_callout, "")
                _unplanned_add(diary, contract, engineer, when, VisitKind.CALLOUT, uses)
                return


def _spread(
    diary: _Diary,
    open_days: OpenDays,
    year: Span,
    number: int,
    slots: Sequence[VisitSlot],
    *,
    every_day: bool = False,
) -> Iterator[When]:
    days = list(open_days)
    if not number or not days:
        return
    step = 1.0 if every_day else max(1.0, ((year.last - year.first).days + 1) * 5 / 7 / number)
    at = diary.rng.random() * min(step, 5)
    while at < len(days):
        day = days[int(at)]
        when = TimesOn(day, *DAY_ON_SITE) if every_day else _when(day, slots, diary.rng)
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
    visit = _scheduled(contract, engineer, when, diary.zone)
    diary.visits.append(visit)
    if visit.ends_at > diary.now:
        return
    if contract.package.visit_window == VisitWindow.FULL_TIME:
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
                visit = _scheduled(missed.contract, missed.engineer, when, diary.zone)
                visit.replaces = missed
                if visit.ends_at <= diary.now:
                    _done(diary, visit)
                diary.replacements.append(visit)
                return


def _scheduled(contract: Contract, engineer: Person, when: When, zone: str) -> Visit:
    counts = contract.package.visit_window != VisitWindow.FULL_TIME
    uses = AllowanceKind.SCHEDULED_VISIT if counts else ""
    return _visit(contract, engineer, when, zone, kind=VisitKind.SCHEDULED, uses=uses)


def _visit(
    contract: Contract, engineer: Person, when: When, zone: str, *, kind: VisitKind, uses: str
) -> Visit:
    visit = Visit(customer=contract.customer, contract=contract, kind=kind, uses=uses, engineer=engineer)
    put_at(visit, when, zone)
    return visit


def _done(diary: _Diary, visit: Visit) -> None:
    visit.state, visit.sequence = VisitState.DONE, 2
    visit.arrived_at = visit.starts_at - timedelta(minutes=diary.rng.randrange(0, 12))
    visit.departed_at = visit.ends_at + timedelta(minutes=diary.rng.randrange(0, 20))
    visit.departed_at = min(visit.departed_at, diary.now)
    visit.work_done = diary.rng.choice(WORK_DONE)
    visit.signed_by = diary.rng.choice(("School office", "School office", ""))


def _events(visit: Visit, now: datetime) -> Iterator[VisitEvent]:
    booked = Visit(
        **{name: getattr(visit, name) for name in ("engineer_id", "slot_id", "day", "starts_at", "ends_at")}
    )
    yield _event(visit, VisitEventKind.BOOKED, _booked_at(visit, now))
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


def _lines(visit: Visit, now: datetime) -> Iterator[AllowanceEntry]:
    if not visit.uses:
        return
    is_callout = visit.kind == VisitKind.CALLOUT
    yield _line(visit, -1, EntryCause.CALLOUT if is_callout else EntryCause.BOOKED, _booked_at(visit, now))
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


def _booked_at(visit: Visit, now: datetime) -> datetime:
    booked: datetime = visit.starts_at - BOOKED_BEFORE[VisitKind(visit.kind)]
    return min(booked, now)


def _sessions_add(diary: _Diary, contracts: Sequence[Contract], engineers: Sequence[Person]) -> None:
    """Remote sessions of the last months, and those that were given in place of a visit."""
    sessions = [
        _session(
            diary, contract, diary.rng.choice(engineers), diary.now - timedelta(days=3 + 6 * number, hours=2)
        )
        for contract in contracts
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
