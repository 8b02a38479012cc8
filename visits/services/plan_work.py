"""The worker's part of proposals: work one out; book one, a slice at a time so that progress is seen (P2, S14)."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tenancy.memory import current_provider, forget, remembering
from accounts.tenancy.scope import Scope, current_provider_id, open_scope
from contracts.models import Contract
from delivery.due import Moment
from delivery.services import notification_add
from sla.calendars import calendar_revision
from sla.services.recomputation import Progress
from sla.times import local_day
from visits.changes import visits_together
from visits.mailing import planned_tell
from visits.models import (
    GapReason,
    PlanGap,
    PlanKind,
    PlannedVisit,
    PlanState,
    Visit,
    VisitKind,
    VisitPlan,
)
from visits.plan_reading import Reading, moves_reading, visits_hit, year_reading
from visits.planning import Assignment, Gap, Options, Reason, Served, plan, replan
from visits.services.base import contract_lock, engineers_lock
from visits.services.booking import visit_book
from visits.services.changing import visit_hand_over, visit_move
from visits.services.checking import check_ahead
from visits.when import SlotOn
from visits.wording import day_words

A_LITTLE = timedelta(microseconds=1)


def plan_turn(row: VisitPlan, moment: Moment) -> None:
    """The sweeper's work: make the proposal, or book its next schools."""
    before = row.wake_at
    if row.state == PlanState.WAITING:
        try:
            with transaction.atomic():
                plan_work_out(row, now=moment.now)
        except (
            ValidationError
        ) as error:  # something is missing that a person has to enter; trying again is no use
            row.state, row.figures = PlanState.DRAFT, {"problem": " ".join(error.messages)}
        row.wake_at = None
    elif row.state == PlanState.APPLYING:
        # One school in each transaction: with a second one's lock wanted while the first one's engineers are held,
        # whoever books that school by hand for one of these engineers would stand in a deadlock with the sweep.
        finished = plan_book(row, seconds=0)
        # Still due, yet at another instant: it moves on, and the same sweep comes back to it.
        again = moment.now if moment.now != before else moment.now - A_LITTLE
        row.wake_at = None if finished else again
    else:
        row.wake_at = None
    row.save()


def plan_work_out(row: VisitPlan, *, now: datetime) -> None:
    """Fill a proposal with visits and gaps. Saves everything but the proposal's own row."""
    options = Options(
        travel_minutes=row.parameters["travel_minutes"],
        visits_a_day=row.parameters["visits_a_day"],
        # The closings of each day say when the on-site hours are.
        opens=0,
        closes=24 * 60,
    )
    started = time.monotonic()
    if row.kind == PlanKind.MOVES:
        _work_out_moves(row, now, options)
    else:
        _work_out_year(row, now, options)
    row.state = PlanState.DRAFT
    row.figures["seconds"] = round(time.monotonic() - started, 1)
    if row.made_by_id is not None:
        notification_add(
            person_id=row.made_by_id,
            key=f"visit_plan:{row.pk}",
            summary=_("The proposal of visits is ready to be looked at"),
            path=_path(row),
        )


def plan_book(row: VisitPlan, *, seconds: float | None = None, progress: Progress | None = None) -> bool:
    """Book the next schools of a proposal for so many seconds, at least one; whether all are done.

    All or nothing for each school: what stands against one is kept as its gap. `progress` gets done and total.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    with open_scope(Scope(provider_id=current_provider_id(), person_id=row.applied_by_id)), remembering():
        for contract in _contracts_left(row):
            _book_school(row, contract)
            row.done, row.cursor = row.done + 1, contract.pk
            if progress is not None:
                progress(row.done, row.total)
            if ends is not None and time.monotonic() >= ends:
                break
        if _contracts_left(row):
            return False
        left = row.planned.filter(visit=None).exists()
    row.state = PlanState.DRAFT if left else PlanState.APPLIED
    if row.applied_by_id is not None:
        words = _("Some visits could not be booked") if left else _("All visits of the proposal are booked")
        key = f"visit_plan:{row.pk}:booked:{row.wake_at:%Y%m%d%H%M%S%f}"
        notification_add(person_id=row.applied_by_id, key=key, summary=words, path=_path(row))
    return True


def _work_out_year(row: VisitPlan, now: datetime, options: Options) -> None:
    wanted = row.parameters["contracts"]
    contracts = Contract.objects.filter(customer__is_active=True, starts_on__lte=row.last_day)
    if wanted is not None:
        contracts = contracts.filter(pk__in=wanted)
    contracts = contracts.exclude(ends_on__lt=row.first_day)
    rows = contracts.select_related("package__version", "customer", "calendar").order_by("pk")
    first = max(row.first_day, local_day(now, current_provider().time_zone))
    reading = year_reading(rows, now=now, first=first, last=row.last_day, options=options)
    found = plan(reading.problem)
    inside = [one for one in found.assignments if one.day <= row.last_day]
    _store(row, reading, inside, found.gaps)
    by_contract = Counter[int]()
    for one in reading.problem.contracts:
        by_contract[reading.contracts[one.key].pk] += one.visits
    later = Counter(reading.contracts[one.contract].pk for one in found.assignments if one.day > row.last_day)
    row.figures = {
        "to_plan": {str(key): number for key, number in by_contract.items()},
        "later": {str(key): number for key, number in later.items()},
        "without_terms": sorted(reading.without_terms),
        "engineers": len(reading.problem.engineers),
    }


def _work_out_moves(row: VisitPlan, now: datetime, options: Options) -> None:
    hit = visits_hit(row.absence) if row.absence is not None else []
    hit = [visit for visit in hit if visit.starts_at > now]
    movable = [visit for visit in hit if visit.slot_id is not None]
    reading, keys = moves_reading(movable, now=now, options=options)
    current = {Assignment(keys[one.pk], one.day, one.slot_id or 0, one.engineer_id): one for one in movable}
    tomorrow = local_day(now, current_provider().time_zone) + timedelta(days=1)
    found = replan(reading.problem, tuple(current), earliest=tomorrow)
    moved = {new: current[old] for old, new in found.moved}
    by_hand = Counter(visit.contract for visit in hit if visit.slot_id is None)
    _store(row, reading, moved, found.gaps, moves=moved)
    PlanGap.objects.bulk_create(
        PlanGap(
            plan=row,
            contract=contract,
            customer_id=contract.customer_id,
            visits=number,
            reason=GapReason.BY_HAND,
        )
        for contract, number in by_hand.items()
    )
    of_contract = Counter(str(visit.contract_id) for visit in hit)
    row.figures = {"to_plan": dict(of_contract), "later": {}, "without_terms": [], "hit": len(hit)}


def _store(
    row: VisitPlan,
    reading: Reading,
    assignments: Iterable[Assignment],
    gaps: Iterable[Gap],
    *,
    moves: dict[Assignment, Visit] | None = None,
) -> None:
    row.planned.all().delete()
    row.gaps.all().delete()
    served = {one.key: one for one in reading.problem.contracts}
    rows = []
    for one in assignments:
        contract = reading.contracts[one.contract]
        visit = moves[one] if moves else None
        rows.append(
            PlannedVisit(
                plan=row,
                customer_id=contract.customer_id,
                contract=contract,
                day=one.day,
                slot_id=one.slot,
                engineer_id=one.engineer,
                in_term=one.day in served[one.contract].term_days,
                moves=visit,
                moves_sequence=visit.sequence if visit else 0,
            )
        )
    PlannedVisit.objects.bulk_create(rows, batch_size=1000)
    PlanGap.objects.bulk_create(
        PlanGap(
            plan=row,
            customer_id=reading.contracts[gap.contract].customer_id,
            contract=reading.contracts[gap.contract],
            visits=gap.visits,
            reason=gap.reason.value,
            words=_closed_words(served[gap.contract]) if gap.reason is Reason.NO_OPEN_DAY else "",
        )
        for gap in gaps
    )


def _closed_words(contract: Served) -> str:
    """What takes the days of a window: 'Closed: Flood (20 days), Christmas shutdown (7 days).'"""
    names = Counter(one.name for closings in contract.closed.values() for one in closings if one.name)
    parts = [
        ngettext("%(name)s (%(n)d day)", "%(name)s (%(n)d days)", number) % {"name": name, "n": number}
        for name, number in names.most_common(5)
    ]
    return (_("Closed: %(names)s.") % {"names": ", ".join(parts)})[:300] if parts else ""


def _contracts_left(row: VisitPlan) -> list[Contract]:
    keys = row.planned.filter(visit=None, contract__gt=row.cursor).values("contract")
    rows = Contract.objects.filter(pk__in=keys).select_related("customer", "package__version", "calendar")
    return list(rows.order_by("pk"))


def _book_school(row: VisitPlan, contract: Contract) -> None:
    mine = row.planned.filter(contract=contract, visit=None)
    planned = list(mine.select_related("slot", "engineer", "moves__engineer").order_by("day", "pk"))
    try:
        with transaction.atomic(), visits_together():
            _hold(contract, planned)
            for one in planned:
                try:
                    one.visit = _book(row, contract, one)
                except ValidationError as error:
                    words = f"{day_words(one.day)}: {' '.join(error.messages)}"
                    raise ValidationError(words) from error
                one.save(update_fields=["visit"])
            if row.parameters.get("tells_schools") and row.kind == PlanKind.YEAR:
                planned_tell(contract.customer, planned)
    except ValidationError as error:
        forget()
        PlanGap.objects.create(
            plan=row,
            customer_id=contract.customer_id,
            contract=contract,
            visits=len(planned),
            reason=GapReason.REFUSED,
            words=" ".join(error.messages)[:300],
        )


def _hold(contract: Contract, planned: list[PlannedVisit]) -> None:
    """All that the school's visits lock, at once and in the order of `services.base`.

    Visit by visit, two plans that send the same engineers in another order would wait for each other.
    """
    contract_lock(contract.pk)
    calendar_revision()
    engineers_lock(one.engineer for one in planned)


def _book(row: VisitPlan, contract: Contract, one: PlannedVisit) -> Visit:
    when = SlotOn(one.day, one.slot)
    check_ahead(when)
    if one.moves is None:
        return visit_book(
            contract=contract, kind=VisitKind.SCHEDULED, when=when, engineer=one.engineer, reason=one.note
        )
    # The school reads it, so it says nothing of illness. The absence may have been removed meanwhile.
    away = row.absence
    reason = _("%(name)s is away") % {"name": away.engineer.name} if away else _("The engineer is away")
    moved: dict[str, Any] = {"visit": one.moves, "sequence": one.moves_sequence, "engineer": one.engineer}
    if (one.day, one.slot_id) == (one.moves.day, one.moves.slot_id):
        return visit_hand_over(**moved, reason=reason)
    return visit_move(**moved, when=when, reason=reason)


def _path(row: VisitPlan) -> str:
    return reverse("planning:plan", args=[current_provider().slug, row.pk])
