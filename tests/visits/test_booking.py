"""Booking, moving and handing over visits: what is refused, at which field, and what follows (rules P2, P5, S3)."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEntry
from contracts.models import Contract, VisitSlot
from contracts.services.variations import VariedValue, variation_add
from delivery.models import OutboundMail
from sla.models import Closure, ClosureKind, PublicHoliday
from tests.cast import Cast
from tests.visits.conftest import TUESDAY, School, at, make_contract
from visits.allowances import allowance_of, ledger_differences
from visits.changes import _change_handlers, on_visits_change
from visits.models import (
    AllowanceEntry,
    AllowanceKind,
    EngineerAbsence,
    EngineerHours,
    Visit,
    VisitEvent,
    VisitKind,
    VisitState,
)
from visits.services import visit_book, visit_cancel, visit_hand_over, visit_move
from visits.when import SlotOn, When

DAY = timedelta(days=1)


def refused(act: Callable[[], object]) -> dict[str, list[str]]:
    """What is said at which field; nothing is saved."""
    counts = [
        model.objects.count() for model in (Visit, VisitEvent, AllowanceEntry, OutboundMail, AuditEntry)
    ]
    with pytest.raises(ValidationError) as caught:
        act()
    after = [model.objects.count() for model in (Visit, VisitEvent, AllowanceEntry, OutboundMail, AuditEntry)]
    assert counts == after
    return caught.value.message_dict if hasattr(caught.value, "error_dict") else {"": caught.value.messages}


@pytest.mark.rule("P2", "P9")
def test_a_scheduled_visit_is_booked_in_a_slot(willow: School) -> None:
    visit = willow.book(reason="As every Tuesday")
    assert visit.starts_at.isoformat() == "2026-11-24T08:30:00+00:00"
    assert visit.ends_at.isoformat() == "2026-11-24T10:30:00+00:00"
    assert (visit.day, visit.state, visit.uses) == (TUESDAY, VisitState.BOOKED, AllowanceKind.SCHEDULED_VISIT)
    assert list(visit.events.values_list("kind", "reason")) == [("booked", "As every Tuesday")]
    assert list(visit.allowance_entries.values_list("quantity", "cause")) == [(-1, "booked")]
    assert AuditEntry.objects.filter(action="visit.booked", object_id=visit.pk).exists()
    allowance = allowance_of(willow.contract, AllowanceKind.SCHEDULED_VISIT, TUESDAY)
    assert (allowance.purchased, allowance.used, allowance.booked, allowance.left) == (10, 0, 1, 9)


@pytest.mark.rule("S15")
def test_a_slot_is_local_time_in_summer_too(willow: School) -> None:
    visit = willow.book(willow.slot(day=date(2027, 6, 15)))
    assert visit.starts_at.isoformat() == "2027-06-15T07:30:00+00:00"


WRONG_DAYS = [
    (date(2026, 11, 28), "weekends"),
    (date(2026, 12, 25), "Christmas Day"),
    (date(2026, 12, 29), "Christmas shutdown 2026"),
    (date(2026, 12, 11), "Boiler"),
    (date(2026, 12, 14), "Inspection of the school"),
    (date(2026, 12, 16), "Staff training"),
    (date(2026, 12, 1), "St Andrew"),
    (date(2026, 8, 31), "begins on"),
    (date(2027, 9, 6), "ends with"),
    (date(9999, 1, 4), "too far"),
]


@pytest.mark.rule("P2", "S3")
@pytest.mark.parametrize(("day", "words"), WRONG_DAYS)
def test_a_day_on_which_nobody_comes_is_refused_by_name(
    willow: School, alder: Cast, day: date, words: str
) -> None:
    customer = willow.contract.customer
    Closure.objects.create(name="Boiler", first_day=date(2026, 12, 11), last_day=date(2026, 12, 11))
    Closure.objects.create(
        customer=customer,
        name="Inspection of the school",
        first_day=date(2026, 12, 14),
        last_day=date(2026, 12, 14),
    )
    _agree_closure(willow.contract, alder, date(2026, 12, 16), "Staff training")
    customer.nation = "scotland"
    customer.save()
    PublicHoliday.objects.create(nation="scotland", day=date(2026, 12, 1), name="St Andrew's Day")
    Contract.objects.filter(pk=willow.contract.pk).update(ends_on=date(2027, 8, 31))
    assert words in refused(lambda: willow.book(willow.slot(day=day)))["day"][0]


def _agree_closure(contract: Contract, cast: Cast, day: date, name: str) -> None:
    variation_add(
        contract=contract,
        varied="closure",
        value=VariedValue(first_day=day, last_day=day, is_closed=True, words=name),
        holds_from=TUESDAY,
        approved_by=cast.person("cass"),
    )


@pytest.mark.rule("P2", "S3")
@pytest.mark.parametrize("kind", [VisitKind.SCHEDULED, VisitKind.ON_DEMAND])
def test_what_opens_a_calendar_for_once_opens_it_for_the_desk_alone(willow: School, kind: VisitKind) -> None:
    for day in (date(2026, 12, 29), date(2026, 11, 28)):
        Closure.objects.create(kind=ClosureKind.EXTRA_OPENING, name="Open", first_day=day, last_day=day)
        assert "day" in refused(partial(willow.book, willow.slot(day=day), kind=kind))


WRONG_TIMES = [
    (at("17:00", "18:30"), "starts", "outside opening hours"),
    (at("07:00", "09:00"), "starts", "outside opening hours"),
    (at("19:00", "20:00"), "starts", "outside opening hours"),
    (at("10:00", "10:00"), "ends", "not after"),
    (at("11:00", "10:00"), "ends", "not after"),
]


@pytest.mark.rule("P2", "S3")
@pytest.mark.parametrize(("when", "name", "words"), WRONG_TIMES)
def test_evenings_are_refused(willow: School, when: When, name: str, words: str) -> None:
    said = refused(lambda: willow.book(when, kind=VisitKind.ON_DEMAND))
    assert words in said[name][0]


@pytest.mark.rule("P2")
def test_a_slot_belongs_to_the_package(willow: School) -> None:
    other = VisitSlot.objects.filter(package__key="scheduled").first()
    assert other is not None
    assert "no such slot" in refused(lambda: willow.book(SlotOn(TUESDAY, other)))["slot"][0]
    assert "slots" in refused(lambda: willow.book(at("09:00", "10:00")))["slot"][0]


@pytest.mark.rule("P2")
def test_an_engineer_must_work_then_and_be_free(willow: School) -> None:
    assert "does not work" in refused(lambda: willow.book(engineer=_person("lena")))["engineer"][0]
    assert "does not work here" in refused(lambda: willow.book(engineer=_person("rita")))["engineer"][0]
    absence = EngineerAbsence.objects.create(
        engineer=willow.tess, kind="ill", first_day=TUESDAY - DAY, last_day=TUESDAY
    )
    assert "away that day: Ill" in refused(willow.book)["engineer"][0]
    absence.delete()
    EngineerHours.objects.filter(engineer=willow.tess, weekday=1).update(ends=time(10))
    assert "at that time" in refused(willow.book)["engineer"][0]
    EngineerHours.objects.create(engineer=willow.tess, weekday=1, starts=time(10), ends=time(18))
    willow.book()
    said = refused(lambda: willow.book(at("10:00", "12:00"), kind=VisitKind.ON_DEMAND))
    assert "another visit then: Willow, Tue 24 Nov 2026, 08:30 to 10:30" in said["engineer"][0]
    willow.book(engineer=willow.theo)


def _person(name: str) -> Any:
    from accounts.models import Person

    return Person.objects.get(name__iexact=name)


@pytest.mark.rule("P2", "P8")
def test_no_purchased_visit_left_is_said_and_more_can_be_agreed(willow: School, alder: Cast) -> None:
    Contract.objects.update(visits_purchased=1)
    willow.book()
    said = refused(lambda: willow.book(willow.slot("PM")))
    assert "No scheduled visit is left: all 1 of the contract year" in said["day"][0]
    variation_add(
        contract=willow.contract,
        varied="visits",
        value=VariedValue(number=2),
        holds_from=TUESDAY,
        approved_by=alder.person("cass"),
    )
    willow.book(willow.slot("PM"))


@pytest.mark.rule("P2")
def test_purchased_visits_lie_in_the_package_s_weeks(willow: School) -> None:
    school = School(_next_contract(willow, "scheduled"), willow.tess, willow.theo)
    last = date(2027, 11, 1) + timedelta(weeks=46, days=-1)
    assert last.weekday() == 6
    school.book(school.slot(day=last - 2 * DAY))
    said = refused(lambda: school.book(school.slot(day=last + DAY)))
    assert said["day"] == ["Visits of this contract year are delivered by Sun 17 Sep 2028."]


def _next_contract(willow: School, package: str) -> Contract:
    Contract.objects.filter(pk=willow.contract.pk).update(ends_on=date(2027, 10, 31))
    return make_contract(willow.contract.customer, package, 5, starts_on=date(2027, 11, 1))


@pytest.mark.rule("P2", "P1")
@pytest.mark.parametrize(
    ("package", "kind", "uses"),
    [
        ("scheduled", VisitKind.ON_DEMAND, None),
        ("cloud", VisitKind.ON_DEMAND, ""),
        ("cloud", VisitKind.SCHEDULED, None),
        ("full-managed", VisitKind.SCHEDULED, ""),
        ("on-demand", VisitKind.ON_DEMAND, AllowanceKind.ON_DEMAND_VISIT),
    ],
)
def test_which_visits_a_package_has(willow: School, package: str, kind: VisitKind, uses: str | None) -> None:
    Contract.objects.filter(pk=willow.contract.pk).update(ends_on=TUESDAY - DAY)
    contract = make_contract(willow.contract.customer, package, 0, starts_on=TUESDAY)

    def book() -> Visit:
        return visit_book(contract=contract, kind=kind, when=at("09:00", "12:00"), engineer=willow.tess)

    if uses is None:
        assert set(refused(book)) & {"kind", "slot"}
    else:
        assert book().uses == uses


@pytest.mark.rule("P2")
def test_a_visit_moves_and_the_school_is_told_both_times(willow: School) -> None:
    visit = willow.book()
    friday = TUESDAY + 3 * DAY
    causes: list[str] = []
    listener = on_visits_change(lambda _contract, cause: causes.append(cause))
    try:
        moved = visit_move(
            visit=visit,
            sequence=0,
            when=willow.slot("PM", friday),
            engineer=willow.theo,
            reason="Tess is ill",
        )
    finally:
        _change_handlers.remove(listener)
    assert (moved.day, moved.engineer, moved.sequence) == (friday, willow.theo, 1)
    assert causes == ["Visit moved to Fri 27 Nov 2026, 14:30 to 16:00"]
    mail = OutboundMail.objects.get()
    assert mail.recipients == ["wilma@willow.example"]
    for words in (
        "Tue 24 Nov 2026, 08:30 to 10:30",
        "Fri 27 Nov 2026, 14:30 to 16:00",
        "Tess is ill",
        "Theo",
    ):
        assert words in mail.text
    event = visit.events.get(kind="moved")
    assert event.before["starts_at"] == "2026-11-24T08:30:00+00:00"
    assert list(visit.allowance_entries.values_list("day", "quantity")) == [
        (TUESDAY, -1),
        (TUESDAY, 1),
        (friday, -1),
    ]
    assert not ledger_differences(willow.contract)


@pytest.mark.rule("P2")
def test_what_stops_a_move(willow: School) -> None:
    visit, other = willow.book(), willow.book(willow.slot("PM"))

    def move(sequence: int = 0, reason: str = "Ill", **more: Any) -> Callable[[], Visit]:
        when = more.get("when", willow.slot("Lunch"))
        return lambda: visit_move(visit=visit, sequence=sequence, when=when, reason=reason)

    assert "Somebody has changed" in refused(move(sequence=3))[""][0]
    assert "reason" in refused(move(reason=" "))
    assert "engineer" in refused(move(when=SlotOn(TUESDAY, other.slot)))  # type: ignore[arg-type]
    assert "is over" in refused(move(when=willow.slot(day=TUESDAY - 4 * DAY)))["day"][0]
    visit_cancel(visit=visit, sequence=0, reason="Snow")
    assert "Cancelled" in refused(move(sequence=1))[""][0]


@pytest.mark.rule("P2")
def test_a_move_needs_no_further_visit(willow: School) -> None:
    Contract.objects.update(visits_purchased=1)
    visit = willow.book()
    visit_move(visit=visit, sequence=0, when=willow.slot("PM"), reason="Later is better")


def test_another_engineer_takes_over(willow: School) -> None:
    visit = willow.book()
    willow.book(willow.slot(), engineer=willow.theo)
    assert "engineer" in refused(lambda: visit_hand_over(visit=visit, sequence=0, engineer=willow.theo))
    assert (
        "another"
        in refused(lambda: visit_hand_over(visit=visit, sequence=0, engineer=willow.tess))["engineer"][
            0
        ].lower()
    )
    afternoon = willow.book(willow.slot("PM"))
    handed = visit_hand_over(visit=afternoon, sequence=0, engineer=willow.theo)
    assert (handed.engineer, handed.sequence) == (willow.theo, 1)
    assert not OutboundMail.objects.exists()


@pytest.mark.rule("P9")
@pytest.mark.parametrize("by_school", [True, False])
def test_a_cancelled_visit_is_given_back_and_the_school_told(willow: School, by_school: bool) -> None:
    visit = willow.book()
    visit_cancel(visit=visit, sequence=0, reason="Snow", by_school=by_school)
    assert allowance_of(willow.contract, AllowanceKind.SCHEDULED_VISIT, TUESDAY).left == 10
    assert not ledger_differences(willow.contract)
    assert visit.events.get(kind="cancelled").by_school is by_school
    assert ("As you asked" in OutboundMail.objects.get().text) is by_school
    willow.book()
