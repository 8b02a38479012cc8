"""Proposals from the question to the bookings: made by a worker, changed by hand, booked school by school."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEntry, Customer, Team, TeamMember
from contracts.models import Contract, VisitSlot
from delivery.due import Moment
from delivery.models import Notification, OutboundMail
from sla.models import Closure, PublicHoliday
from tests.cast import Cast
from tests.visits.conftest import School, at, make_contract, make_customer
from visits.allowances import ledger_differences
from visits.models import (
    EngineerAbsence,
    EngineerHours,
    GapReason,
    PlanGap,
    PlanKind,
    PlannedVisit,
    PlanState,
    SchoolTerm,
    Visit,
    VisitKind,
    VisitPlan,
    VisitPolicy,
    VisitState,
)
from visits.services import visit_hand_over
from visits.services.engineers import absence_add
from visits.services.plan_work import plan_book, plan_turn
from visits.services.planning import (
    moves_make,
    plan_apply,
    plan_discard,
    plan_make,
    planned_visit_change,
    planned_visit_drop,
    visit_wish_set,
)
from visits.services.terms import TermDates, terms_add
from visits.when import SlotOn

pytestmark = pytest.mark.django_db
TERMS = (
    TermDates("Autumn, second half", date(2026, 11, 2), date(2026, 12, 18)),
    TermDates("Spring, first half", date(2027, 1, 4), date(2027, 2, 12)),
    TermDates("Spring, second half", date(2027, 2, 22), date(2027, 3, 25)),
)
YEAR: dict[str, Any] = {"first_day": date(2026, 11, 24), "last_day": date(2027, 8, 31)}


@pytest.fixture
def school(willow: School) -> School:
    """Willow with ten visits to come, and terms until Easter."""
    terms_add(customer=willow.contract.customer, terms=TERMS)
    return willow


def worked(plan: VisitPlan) -> VisitPlan:
    """What the sweeper makes of it, turn after turn."""
    for _turn in range(50):
        plan = VisitPlan.objects.get(pk=plan.pk)
        if plan.wake_at is None:
            return plan
        plan_turn(plan, Moment(timezone.now()))
    raise AssertionError("The proposal is never finished.")


@pytest.mark.rule("P2", "S3")
def test_all_purchased_visits_are_proposed_in_term_and_nothing_is_booked(school: School) -> None:
    school.book()  # one of the ten stands already, on 24 November
    plan = worked(plan_make(**YEAR))
    assert plan.state == PlanState.DRAFT
    planned = list(plan.planned.all())
    assert len(planned) == 9
    assert all(one.in_term for one in planned)
    assert date(2026, 11, 24) not in {one.day for one in planned}
    weeks = [one.day.isocalendar()[:2] for one in planned]
    assert len(set(weeks)) == 9
    assert Visit.objects.count() == 1
    assert not plan.gaps.exists()
    told = Notification.objects.get(key=f"visit_plan:{plan.pk}")
    assert told.path == f"/alder/desk/planning/{plan.pk}/"


@pytest.mark.rule("P2", "S3")
def test_closures_of_everybody_and_of_the_school_are_kept(school: School) -> None:
    """The shutdown and New Year are Alder's; the school's own closure and a holiday of its nation are its own."""
    customer = school.contract.customer
    for term in SchoolTerm.objects.all():
        term.delete()
    Closure.objects.create(
        customer=customer, name="Flood", first_day=date(2026, 11, 23), last_day=date(2026, 12, 20)
    )
    PublicHoliday.objects.create(nation="scotland", day=date(2026, 12, 21), name="Made up for the test")
    Customer.objects.filter(pk=customer.pk).update(nation="scotland")
    plan = worked(plan_make(first_day=date(2026, 11, 24), last_day=date(2026, 12, 31)))
    days = {one.day for one in plan.planned.all()}
    assert days <= {date(2026, 12, 22), date(2026, 12, 23)}
    # Without term dates the visits spread over all that is left of the window.
    assert plan.figures["without_terms"] == [school.contract.pk]
    assert sum(plan.figures["later"].values()) + len(days) == 10


@pytest.mark.rule("P2")
def test_visits_after_the_last_day_wait_for_another_proposal(school: School) -> None:
    plan = worked(plan_make(first_day=date(2026, 11, 24), last_day=date(2026, 12, 31)))
    here = plan.planned.count()
    assert 0 < here < 10
    assert plan.figures["later"] == {str(school.contract.pk): 10 - here}


def test_wishes_and_the_schools_team_are_minded(school: School) -> None:
    slot = VisitSlot.objects.get(package=school.contract.package, name="PM")
    visit_wish_set(contract=school.contract, rhythm="weekly", weekday=2, slot=slot, engineer=school.theo)
    plan = worked(plan_make(**YEAR))
    regular = plan.planned.filter(day__week_day=4, slot=slot, engineer=school.theo)
    assert regular.count() == plan.planned.count() == 10
    visit_wish_set(contract=school.contract)
    team = Team.objects.create(name="West")
    TeamMember.objects.create(team=team, person=school.theo)
    Customer.objects.filter(pk=school.contract.customer_id).update(team=team)
    assert set(worked(plan_make(**YEAR)).planned.values_list("engineer__name", flat=True)) == {"Theo"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2026, 11, 1)}, "last_day"),
        ({"first_day": date(2026, 1, 1), "last_day": date(2026, 1, 2)}, "last_day"),
        ({"last_day": date(2029, 1, 1)}, "last_day"),
        ({"travel_minutes": -1}, "travel_minutes"),
        ({"visits_a_day": 0}, "visits_a_day"),
        ({"contracts": []}, "contracts"),
    ],
)
def test_what_cannot_be_planned_is_refused_at_its_field(
    school: School, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        plan_make(**{**YEAR, **changes})
    assert set(refused.value.message_dict) == {field}
    assert not VisitPlan.objects.exists()


@pytest.mark.rule("P2")
def test_what_is_impossible_says_why(school: School) -> None:
    EngineerHours.objects.all().delete()
    plan = worked(plan_make(**YEAR))
    (gap,) = plan.gaps.all()
    assert (gap.visits, gap.reason) == (10, GapReason.NO_ENGINEER)


@pytest.mark.rule("P2", "P9")
def test_applying_books_everything_and_the_ledger_follows(school: School) -> None:
    plan = worked(plan_make(**YEAR))
    wanted = set(plan.planned.values_list("day", "slot", "engineer"))
    plan = worked(plan_apply(plan=plan, tells_schools=True))
    assert plan.state == PlanState.APPLIED
    visits = Visit.objects.filter(contract=school.contract, state=VisitState.BOOKED)
    assert set(visits.values_list("day", "slot", "engineer")) == wanted
    assert ledger_differences(school.contract) == []
    mail = OutboundMail.objects.get(customer=school.contract.customer)
    assert mail.text.count("2026,") + mail.text.count("2027,") == 10
    made = AuditEntry.objects.filter(action="visit.booked").values_list("actor__name", flat=True)
    assert set(made) == {"Cass"}  # who said so, not the worker
    with pytest.raises(ValidationError):
        plan_apply(plan=plan)


def test_a_school_is_booked_all_together_or_not_at_all(alder: Cast, school: School) -> None:
    other = make_contract(make_customer(alder, "elm"), "scheduled-on-demand", 4)
    plan = worked(plan_make(**YEAR))
    taken = plan.planned.filter(contract=school.contract).order_by("-day")[0]
    school.book(SlotOn(taken.day, taken.slot), taken.engineer, kind=VisitKind.ON_DEMAND)
    plan = worked(plan_apply(plan=plan))
    assert plan.state == PlanState.DRAFT
    assert Visit.objects.filter(contract=other).count() == 4
    assert Visit.objects.filter(contract=school.contract, kind=VisitKind.SCHEDULED).count() == 0
    gap = plan.gaps.get()
    assert (gap.contract, gap.visits, gap.reason) == (school.contract, 10, GapReason.REFUSED)
    assert "has another visit" in gap.words
    # Put right by hand, the rest is booked.
    planned_visit_change(
        planned=taken, day=taken.day + timedelta(days=1), slot=taken.slot, engineer=taken.engineer
    )
    assert worked(plan_apply(plan=plan)).state == PlanState.APPLIED
    assert not PlanGap.objects.exists()


@pytest.mark.rule("S14")
def test_booking_goes_on_where_it_was_stopped_and_tells_its_progress(alder: Cast, school: School) -> None:
    for name in ("elm", "ash"):
        make_contract(make_customer(alder, name), "scheduled-on-demand", 2)
    plan = plan_apply(plan=worked(plan_make(**YEAR)))
    told: list[tuple[int, int]] = []
    assert plan_book(plan, seconds=0, progress=lambda done, total: told.append((done, total))) is False
    plan.save()
    assert Visit.objects.values("contract").distinct().count() == 1
    while not plan_book(plan, seconds=0, progress=lambda done, total: told.append((done, total))):
        pass
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert Visit.objects.count() == 14


def test_a_visit_is_changed_by_hand_within_the_rules(school: School) -> None:
    plan = worked(plan_make(**YEAR))
    first, second = plan.planned.all()[:2]
    slot = VisitSlot.objects.get(package=school.contract.package, name="Lunch")

    def change(**more: Any) -> PlannedVisit:
        values = {"day": date(2026, 11, 27), "slot": slot, "engineer": school.theo, **more}
        return planned_visit_change(planned=first, **values)

    changed = change(note="As the head asked")
    assert (changed.day, changed.slot, changed.engineer) == (date(2026, 11, 27), slot, school.theo)
    assert changed.is_edited
    EngineerAbsence.objects.create(
        engineer=school.theo, kind="ill", first_day=date(2026, 11, 27), last_day=date(2026, 11, 27)
    )
    refusals: dict[str, Any] = {
        "day": date(2026, 12, 25),
        "engineer": school.theo,
        "slot": VisitSlot.objects.exclude(package=school.contract.package)[0],
    }
    for field, wrong in refusals.items():
        with pytest.raises(ValidationError) as refused:
            change(**{field: wrong})
        assert set(refused.value.message_dict) == {field}
    with pytest.raises(ValidationError, match="on that day already"):
        change(day=second.day, engineer=school.tess)


def test_a_visit_is_dropped_and_a_proposal_discarded(school: School) -> None:
    plan = worked(plan_make(**YEAR))
    planned_visit_drop(planned=plan.planned.all()[0])
    assert plan.planned.count() == 9
    assert plan_discard(plan=plan).state == PlanState.DISCARDED
    for act in (
        lambda: planned_visit_drop(planned=plan.planned.all()[0]),
        lambda: plan_apply(plan=plan),
        lambda: plan_discard(plan=plan),
    ):
        with pytest.raises(ValidationError):
            act()
    assert not Visit.objects.exists()


def test_without_on_site_hours_the_proposal_says_what_is_missing(school: School) -> None:
    VisitPolicy.objects.all().delete()
    plan = worked(plan_make(**YEAR))
    assert plan.state == PlanState.DRAFT
    assert "on-site hours" in plan.figures["problem"]


@pytest.mark.rule("P2")
def test_illness_moves_only_the_visits_that_it_hits(alder: Cast, school: School) -> None:
    worked(plan_apply(plan=worked(plan_make(**YEAR))))
    ill = Visit.objects.order_by("day")[0].engineer
    absence = absence_add(engineer=ill, kind="ill", first_day=date(2026, 11, 24), last_day=date(2026, 12, 11))
    before = {visit.pk: (visit.day, visit.slot_id, visit.engineer_id) for visit in Visit.objects.all()}
    hit = {
        pk for pk, (day, _slot, engineer) in before.items() if engineer == ill.pk and day <= absence.last_day
    }
    assert len(hit) >= 2
    plan = worked(moves_make(absence=absence))
    assert plan.kind == PlanKind.MOVES
    assert set(plan.planned.values_list("moves", flat=True)) == hit
    # The other engineer is free on each of these days.
    assert all(one.moves and one.day == one.moves.day for one in plan.planned.select_related("moves"))
    assert worked(plan_apply(plan=plan)).state == PlanState.APPLIED
    for visit in Visit.objects.all():
        if visit.pk in hit:
            assert visit.engineer_id != ill.pk
        else:
            assert (visit.day, visit.slot_id, visit.engineer_id) == before[visit.pk]
    assert ledger_differences(school.contract) == []


@pytest.mark.rule("P2")
def test_without_a_colleague_a_visit_moves_to_the_nearest_day_inside_its_window(school: School) -> None:
    EngineerHours.objects.filter(engineer=school.theo).delete()
    visit = school.book()
    absence = absence_add(
        engineer=school.tess, kind="training", first_day=date(2026, 11, 24), last_day=date(2026, 11, 25)
    )
    plan = worked(moves_make(absence=absence))
    (one,) = plan.planned.all()
    assert (one.day, one.slot, one.engineer) == (date(2026, 11, 26), visit.slot, school.tess)
    worked(plan_apply(plan=plan))
    visit.refresh_from_db()
    assert visit.day == date(2026, 11, 26)
    assert "Tess is away" in visit.events.get(kind="moved").reason


def test_a_visit_that_changed_meanwhile_is_not_moved_by_a_stale_proposal(school: School) -> None:
    visit = school.book()
    day = date(2026, 11, 24)
    absence = absence_add(engineer=school.tess, kind="ill", first_day=day, last_day=day)
    plan = worked(moves_make(absence=absence))
    visit_hand_over(visit=visit, sequence=visit.sequence, engineer=school.theo)
    plan = worked(plan_apply(plan=plan))
    assert plan.state == PlanState.DRAFT
    assert "changed this visit meanwhile" in plan.gaps.get().words


def test_a_visit_with_times_of_its_own_is_left_to_people(school: School) -> None:
    school.book(at("13:15", "14:00"), kind=VisitKind.ON_DEMAND)
    day = date(2026, 11, 24)
    absence = absence_add(engineer=school.tess, kind="ill", first_day=day, last_day=day)
    plan = worked(moves_make(absence=absence))
    assert not plan.planned.exists()
    assert plan.gaps.get().reason == GapReason.BY_HAND


def test_two_years_of_a_contract_each_get_their_own_visits(alder: Cast) -> None:
    contract: Contract = make_contract(
        make_customer(alder, "elm"), "scheduled-on-demand", 3, starts_on=date(2026, 1, 15)
    )
    person = alder.person("tess")
    for weekday in range(5):
        EngineerHours.objects.create(engineer=person, weekday=weekday, starts=time(8), ends=time(18))
    plan = worked(plan_make(first_day=date(2026, 11, 24), last_day=date(2028, 1, 10), contracts=[contract]))
    days = sorted(plan.planned.values_list("day", flat=True))
    assert [day < date(2027, 1, 15) for day in days] == [True] * 3 + [False] * 3
