"""Engineers, terms and a proposal of visits, for the scene of the browser tests."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from contracts.models import Contract, VisitSlot
from tests.cast import Cast
from visits.models import EngineerHours, PlannedVisit, SchoolTerm, VisitKind, VisitPlan
from visits.services import fair_use_agree, visit_arrive, visit_book, visit_miss, visit_move
from visits.services.engineers import absence_add
from visits.services.feeds import feed_make
from visits.services.plan_work import plan_work_out
from visits.services.planning import plan_make
from visits.services.terms import TermDates, terms_add
from visits.when import SlotOn


def planned_keys(cast: Cast, now: datetime) -> dict[str, int]:
    """A year for Hillside, with more visits than one engineer can make in what is left of it."""
    contract = Contract.objects.get(customer__slug="hillside")
    Contract.objects.filter(pk=contract.pk).update(visits_purchased=120, starts_on=date(2026, 9, 1))
    EngineerHours.objects.bulk_create(
        EngineerHours(engineer=cast.person("tess"), weekday=day, starts=time(8), ends=time(18))
        for day in range(3)
    )
    terms = (
        TermDates("Autumn, second half", date(2026, 11, 2), date(2026, 12, 18)),
        TermDates("Spring, first half", date(2027, 1, 4), date(2027, 2, 12)),
    )
    for school in ("hillside", "oakfield"):
        terms_add(customer=cast.customer(school), terms=terms)
    absence = absence_add(
        engineer=cast.person("tess"), kind="training", first_day=date(2026, 12, 1), last_day=date(2026, 12, 4)
    )
    plan = plan_make(first_day=date(2026, 11, 24), last_day=date(2027, 8, 31))
    plan_work_out(plan, now=now)
    VisitPlan.objects.filter(pk=plan.pk).update(state=plan.state, figures=plan.figures, wake_at=None)
    return {
        **_visits(cast, contract),
        "plan": plan.pk,
        "planned": PlannedVisit.objects.filter(plan=plan)[0].pk,
        "planned_contract": contract.pk,
        "absence": absence.pk,
        "term": SchoolTerm.objects.filter(customer=cast.customer("oakfield"))[0].pk,
    }


def _visits(cast: Cast, contract: Contract) -> dict[str, int]:
    """A visit that moved, one that Tess is at, one that was missed, and addresses of feeds."""
    slots = list(VisitSlot.objects.filter(package=contract.package))
    day = timezone.localdate()
    booked, on_site, missed = (
        visit_book(
            contract=contract,
            kind=VisitKind.SCHEDULED,
            when=SlotOn(on, slot),
            engineer=cast.person("tess"),
        )
        for on, slot in (
            (day + timedelta(days=7), slots[0]),
            (day, slots[0]),
            (day - timedelta(days=7), slots[0]),
        )
    )
    visit_move(
        visit=booked, sequence=0, when=SlotOn(booked.day, slots[1]), reason="The hall is used for exams"
    )
    visit_arrive(visit=on_site, sequence=0)
    visit_miss(visit=missed, sequence=0, reason="The engineer was ill")
    fair_use_agree(contract=contract, kind="remote_session", norm=40, note="New building")
    feed_make(engineer=cast.person("tess"))
    feed_make(customer=cast.customer("oakfield"))
    return {"visit": booked.pk, "agreed": contract.pk, "package": contract.package_id}
