"""Proposals of visits: asked for, changed by hand, booked, discarded (rules P2, S3). A worker does the long parts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from contracts.models import Contract, VisitSlot
from delivery.hints import hint
from sla.times import local_day
from visits.allowances import allowance_book
from visits.models import (
    EngineerAbsence,
    PlanKind,
    PlannedVisit,
    PlanState,
    SchoolTerm,
    VisitKind,
    VisitPlan,
    VisitRhythm,
    VisitWish,
)
from visits.services.checking import check_ahead, check_engineer, check_when, check_window
from visits.when import SlotOn

QUEUE = "visit_plans"
LONGEST_PLAN = 2 * 366  # days
TRAVEL_AT_MOST, VISITS_A_DAY_AT_MOST = 240, 10


@transaction.atomic
def plan_make(
    *,
    first_day: date,
    last_day: date,
    contracts: Sequence[Contract] | None = None,
    travel_minutes: int = 30,
    visits_a_day: int = 3,
) -> VisitPlan:
    """Ask for a proposal of all purchased visits that are neither done nor booked, on local days in a span.

    Of all contracts, or of those given. A worker makes it. Raises ValidationError by field: first_day, last_day,
    contracts, travel_minutes, visits_a_day.
    """
    _check_span(first_day, last_day)
    if not 0 <= travel_minutes <= TRAVEL_AT_MOST:
        words = _("Give the time between two schools in minutes, up to %(most)d.")
        raise ValidationError({"travel_minutes": words % {"most": TRAVEL_AT_MOST}})
    if not 1 <= visits_a_day <= VISITS_A_DAY_AT_MOST:
        words = _("An engineer makes between 1 and %(most)d visits a day.")
        raise ValidationError({"visits_a_day": words % {"most": VISITS_A_DAY_AT_MOST}})
    if contracts is not None and not contracts:
        raise ValidationError({"contracts": _("Choose at least one school.")})
    parameters = {
        "contracts": None if contracts is None else sorted(one.pk for one in contracts),
        "travel_minutes": travel_minutes,
        "visits_a_day": visits_a_day,
    }
    return _start(VisitPlan(first_day=first_day, last_day=last_day, parameters=parameters))


@transaction.atomic
def moves_make(*, absence: EngineerAbsence) -> VisitPlan:
    """Ask for a proposal of other engineers and days for the visits that an absence hits; no other visit moves."""
    plan = VisitPlan(
        kind=PlanKind.MOVES,
        absence=absence,
        first_day=absence.first_day,
        last_day=absence.last_day,
        parameters={"travel_minutes": 30, "visits_a_day": 3},
    )
    return _start(plan)


@transaction.atomic
def planned_visit_change(
    *, planned: PlannedVisit, day: date, slot: VisitSlot, engineer: Person, note: str = ""
) -> PlannedVisit:
    """Put a proposed visit elsewhere. Raises ValidationError by field: day, slot, engineer."""
    planned = _open_row(planned)
    contract, when = planned.contract, SlotOn(day, slot)
    book = allowance_book(contract)
    check_when(book, VisitKind.SCHEDULED, when)
    check_ahead(when)
    check_window(book, VisitKind.SCHEDULED, day, year_of=planned.moves.day if planned.moves else None)
    check_engineer(engineer, when, kind=VisitKind.SCHEDULED, without=planned.moves)
    _check_others(planned, when, engineer)
    before = _place_words(planned)
    planned.day, planned.slot, planned.engineer = day, slot, engineer
    planned.note, planned.is_edited = note.strip(), True
    planned.in_term = SchoolTerm.objects.filter(
        customer_id=planned.customer_id, first_day__lte=day, last_day__gte=day
    ).exists()
    planned.save()
    audit_record(
        action="planned_visit.changed", target=planned, changes={"place": (before, _place_words(planned))}
    )
    return planned


@transaction.atomic
def planned_visit_drop(*, planned: PlannedVisit) -> None:
    """Take a visit out of a proposal; it stays to be planned. Raises ValidationError where the proposal is closed."""
    planned = _open_row(planned)
    audit_record(action="planned_visit.dropped", target=planned, changes={"day": (planned.day, None)})
    planned.delete()


@transaction.atomic
def plan_apply(*, plan: VisitPlan, tells_schools: bool = False) -> VisitPlan:
    """Let a worker book all that the proposal holds, all or nothing for each school.

    With `tells_schools` each gets one mail with its visits; that visits move is always told. Raises ValidationError
    where there is nothing to book, or the proposal is closed.
    """
    plan = plan_lock(plan)
    _check_draft(plan)
    schools = plan.planned.filter(visit=None).values("contract").distinct().count()
    if not schools:
        raise ValidationError(_("There is nothing left to book in this proposal."))
    plan.parameters["tells_schools"] = tells_schools
    plan.state, plan.done, plan.total, plan.cursor = PlanState.APPLYING, 0, schools, 0
    plan.applied_by_id = current_scope().person_id
    plan.gaps.filter(reason="refused").delete()
    _wake(plan)
    audit_record(action="visit_plan.applied", target=plan)
    return plan


@transaction.atomic
def plan_discard(*, plan: VisitPlan) -> VisitPlan:
    """Put a proposal away. What was booked from it stays booked. Raises ValidationError where it is closed."""
    plan = plan_lock(plan)
    if plan.state not in {PlanState.DRAFT, PlanState.WAITING} and plan.dead_at is None:
        raise ValidationError(_("This proposal is closed: %(state)s.") % {"state": plan.get_state_display()})
    plan.state, plan.wake_at = PlanState.DISCARDED, None
    plan.save()
    audit_record(action="visit_plan.discarded", target=plan)
    return plan


@transaction.atomic
def visit_wish_set(
    *,
    contract: Contract,
    rhythm: str = "",
    weekday: int | None = None,
    slot: VisitSlot | None = None,
    engineer: Person | None = None,
) -> VisitWish:
    """How a school would like to be visited; the next proposal minds it. Raises ValidationError by field."""
    if rhythm and rhythm not in VisitRhythm.values:
        raise ValidationError({"rhythm": _("There is no such rhythm.")})
    if slot is not None and slot.package_id != contract.package_id:
        raise ValidationError({"slot": _("The contract's package has no such slot.")})
    if weekday is not None and not 0 <= weekday <= 4:
        raise ValidationError({"weekday": _("Visits do not take place at weekends.")})
    values: dict[str, Any] = {"rhythm": rhythm, "weekday": weekday, "slot": slot, "engineer": engineer}
    wish, _made = VisitWish.objects.update_or_create(
        contract=contract, defaults=values, create_defaults={**values, "customer_id": contract.customer_id}
    )
    audit_record(action="visit_wish.set", target=wish, changes={"weekday": (None, weekday)})
    return wish


def plan_lock(plan: VisitPlan) -> VisitPlan:
    """The proposal as it stands now, held to the end of the transaction."""
    return VisitPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def _start(plan: VisitPlan) -> VisitPlan:
    plan.made_by_id = current_scope().person_id
    _wake(plan)
    audit_record(action="visit_plan.asked_for", target=plan)
    return plan


def _wake(plan: VisitPlan) -> None:
    plan.wake_at, plan.failures, plan.last_failure, plan.dead_at = timezone.now(), 0, "", None
    plan.save()
    hint(QUEUE, plan)


def _check_span(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day is before the first.")})
    if last_day < local_day(timezone.now(), current_provider().time_zone):
        raise ValidationError({"last_day": _("These days are over.")})
    if (last_day - first_day).days > LONGEST_PLAN:
        raise ValidationError({"last_day": _("Plan two years at most.")})


def _check_draft(plan: VisitPlan) -> None:
    if plan.state != PlanState.DRAFT:
        words = _("This proposal cannot be changed now: %(state)s.")
        raise ValidationError(words % {"state": plan.get_state_display()}, code="state")


def _open_row(planned: PlannedVisit) -> PlannedVisit:
    """The proposed visit with its contract, locked after its proposal, which must be open."""
    _check_draft(plan_lock(planned.plan))
    rows = PlannedVisit.objects.select_related(
        "contract__customer", "contract__package__version", "slot", "engineer", "moves"
    )
    fresh = rows.get(pk=planned.pk)
    if fresh.visit_id is not None:
        raise ValidationError(_("This visit is booked already. Change it in the visits."), code="state")
    return fresh


def _check_others(planned: PlannedVisit, when: SlotOn, engineer: Person) -> None:
    """No other visit of the proposal is there on that day, or has the engineer at that time."""
    others = PlannedVisit.objects.filter(plan_id=planned.plan_id, day=when.day).exclude(pk=planned.pk)
    for other in others.select_related("slot", "contract__customer"):
        if other.contract_id == planned.contract_id:
            raise ValidationError({"day": _("The proposal has a visit to this school on that day already.")})
        if (
            other.engineer_id == engineer.pk
            and other.slot.starts < when.ends
            and when.starts < other.slot.ends
        ):
            words = _("In this proposal %(name)s is at %(school)s then.")
            school = other.contract.customer.name
            raise ValidationError({"engineer": words % {"name": engineer.name, "school": school}})


def _place_words(planned: PlannedVisit) -> str:
    return f"{planned.day.isoformat()} {planned.slot} {planned.engineer}"
