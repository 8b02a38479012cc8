"""Whether all purchased visits can still be delivered (Rule P2), and who is free when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import Contract, Package
from sla.models import Closure
from tests.visits.conftest import NOW, TUESDAY, School, at
from visits.engineers import covered
from visits.models import EngineerAbsence, VisitKind, VisitPolicy
from visits.on_site_hours import on_site_hours_for
from visits.outlook import DeliveryOutlook, delivery_outlook
from visits.periods import Span
from visits.selectors import (
    free_engineers,
    next_visit,
    visits_between,
)
from visits.services import visit_cancel
from visits.when import TimesOn

pytestmark = pytest.mark.rule("P2")

DAY = timedelta(days=1)


def outlook(school: School, now: datetime = NOW) -> DeliveryOutlook:
    school.contract.refresh_from_db()
    found = delivery_outlook(school.contract, now=now)
    assert found is not None
    return found


def last_week(school: School, starts_on: date) -> None:
    """Let the contract of 46 weeks begin so that its window ends on Sunday 29 November 2026."""
    Contract.objects.filter(pk=school.contract.pk).update(
        starts_on=starts_on, package=Package.objects.get(key="scheduled")
    )


def test_the_open_days_of_the_window_are_counted(willow: School) -> None:
    found = outlook(willow)
    assert (found.purchased, found.delivered, found.booked, found.to_book) == (10, 0, 0, 10)
    assert found.allowance.deliver_by == date(2027, 8, 30)
    # 201 weekdays from 23 November 2026 to 30 August 2027, less 26 March, 29 March, 3 May, 31 May and 30 August,
    # and less the shutdown of 24 December to 1 January with seven weekdays.
    assert found.open_days_left == 201 - 5 - 7
    assert found.places_left == 3 * found.open_days_left - 1  # this morning's slot has begun
    assert found.can_all_be_delivered


def test_too_few_places_are_left(willow: School) -> None:
    last_week(willow, date(2026, 1, 12))
    Contract.objects.update(visits_purchased=9)
    found = outlook(willow)
    assert found.allowance.deliver_by == date(2026, 11, 29)
    # Monday's afternoon, and two slots a day from Tuesday to Friday.
    assert (found.open_days_left, found.places_left, found.can_all_be_delivered) == (5, 9, True)
    Contract.objects.update(visits_purchased=10)
    assert not outlook(willow).can_all_be_delivered
    Closure.objects.create(name="Boiler", first_day=TUESDAY, last_day=TUESDAY)
    assert (outlook(willow).open_days_left, outlook(willow).places_left) == (4, 7)


def test_booked_and_cancelled_visits(willow: School) -> None:
    last_week(willow, date(2026, 1, 12))
    willow.contract.refresh_from_db()
    visit = willow.book(willow.slot())
    found = outlook(willow)
    assert (found.booked, found.to_book, found.places_left) == (1, 9, 8)
    visit_cancel(visit=visit, sequence=0, reason="Snow")
    assert (outlook(willow).booked, outlook(willow).places_left) == (0, 9)


def test_after_the_window_nothing_can_be_delivered(willow: School) -> None:
    last_week(willow, date(2026, 1, 12))
    found = outlook(willow, datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert (found.open_days_left, found.places_left, found.can_all_be_delivered) == (0, 0, False)


def test_without_a_number_there_is_no_outlook(willow: School) -> None:
    for key in ("full-managed", "on-demand"):
        Contract.objects.update(package=Package.objects.get(key=key), visits_purchased=0)
        willow.contract.refresh_from_db()
        assert delivery_outlook(willow.contract, now=NOW) is None


def test_free_engineers(willow: School) -> None:
    willow.book(willow.slot("Lunch"))
    assert free_engineers(willow.slot("Lunch")) == [willow.theo]
    assert free_engineers(willow.slot("PM")) == [willow.tess, willow.theo]
    EngineerAbsence.objects.create(engineer=willow.tess, kind="ill", first_day=TUESDAY, last_day=TUESDAY)
    assert free_engineers(willow.slot("PM")) == [willow.theo]


def test_visits_are_found(willow: School) -> None:
    morning, afternoon = willow.book(), willow.book(at("14:00", "15:00"), kind=VisitKind.ON_DEMAND)
    later = willow.book(willow.slot(day=TUESDAY + DAY), engineer=willow.theo)
    assert list(visits_between(TUESDAY, TUESDAY, contract=willow.contract)) == [morning, afternoon]
    assert list(visits_between(TUESDAY, TUESDAY + DAY, engineer=willow.theo)) == [later]
    assert list(visits_between(TUESDAY, TUESDAY + DAY, customer=willow.contract.customer)) == [
        morning,
        afternoon,
        later,
    ]
    assert next_visit(willow.contract, after=NOW) == morning
    assert next_visit(willow.contract, after=morning.ends_at) == afternoon
    visit_cancel(visit=morning, sequence=0, reason="Snow")
    assert next_visit(willow.contract, after=NOW) == afternoon


def test_on_site_hours_must_be_set(willow: School) -> None:
    VisitPolicy.objects.all().delete()
    with pytest.raises(ValidationError, match="no on-site hours"):
        willow.book()


@given(ahead=st.integers(0, 700), starts=st.integers(6 * 4, 19 * 4), quarters=st.integers(1, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_counting_open_days_and_booking_agree(willow: School, ahead: int, starts: int, quarters: int) -> None:
    """The outlook's quick answer is the answer that a booking would get, across changes of the clocks too."""
    day, ends = TUESDAY + ahead * DAY, min(starts + quarters, 23 * 4)
    when = TimesOn(day, time(starts // 4, starts % 4 * 15), time(ends // 4, ends % 4 * 15))
    hours = on_site_hours_for(willow.contract)
    assert hours.days(Span(day, day)).allow(when) == (hours.hindrance(when) is None)


stretches = st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda one: one[0] < one[1]))


@given(opened=stretches, starts=st.integers(0, 22), length=st.integers(1, 23))
def test_stretches_that_touch_count_as_one(opened: list[tuple[int, int]], starts: int, length: int) -> None:
    ends = min(starts + length, 23)
    naive = all(any(first <= hour < last for first, last in opened) for hour in range(starts, ends))
    found = [(time(first), time(last)) for first, last in opened]
    assert covered(found, time(starts), time(ends)) == naive
