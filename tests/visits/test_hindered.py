"""Booked visits that something stands against since: each cause, the page, the file, who is told (rules P2, S3)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contracts.services import contract_change, contract_end
from delivery.models import Notification
from sla.models import PublicHoliday
from sla.services.calendar_edits import closure_add
from tests.visits.conftest import TUESDAY, School
from visits.hindered import Cause, visits_hindered
from visits.models import AbsenceKind, EngineerHours
from visits.services.engineers import absence_add

pytestmark = [pytest.mark.django_db, pytest.mark.rule("P2", "S3")]
Hit = Callable[[School], object]


def _leaves(willow: School) -> None:
    willow.tess.is_active = False
    willow.tess.save()


HITS: dict[str, tuple[Hit, Cause, str]] = {
    "closed": (lambda willow: closure_add(name="Flood", first_day=TUESDAY), Cause.SCHOOL, "Flood"),
    "closed here": (
        lambda willow: closure_add(name="Roof", first_day=TUESDAY, customer_id=willow.contract.customer_id),
        Cause.SCHOOL,
        "Roof",
    ),
    "public holiday": (
        lambda willow: PublicHoliday.objects.create(
            nation=willow.contract.customer.nation, day=TUESDAY, name="Coronation"
        ),
        Cause.SCHOOL,
        "Coronation",
    ),
    "away": (
        lambda willow: absence_add(
            engineer=willow.tess, kind=AbsenceKind.HOLIDAY, first_day=TUESDAY, last_day=TUESDAY
        ),
        Cause.ENGINEER,
        "is away that day",
    ),
    "other hours": (
        lambda willow: EngineerHours.objects.filter(engineer=willow.tess, weekday=TUESDAY.weekday()).delete(),
        Cause.ENGINEER,
        "does not work on site at that time",
    ),
    "left": (_leaves, Cause.ENGINEER, "does not work here"),
    "contract over": (
        lambda willow: contract_end(contract=willow.contract, last_day=date(2026, 11, 23)),
        Cause.CONTRACT,
        "ends with Mon 23 Nov 2026",
    ),
    "contract starts later": (
        lambda willow: contract_change(contract=willow.contract, changes={"starts_on": date(2026, 11, 25)}),
        Cause.CONTRACT,
        "begins on Wed 25 Nov 2026",
    ),
}


@pytest.mark.parametrize("name", HITS)
def test_each_cause_names_itself_and_leaves_other_days_alone(willow: School, name: str) -> None:
    hit, cause, words = HITS[name]
    visit = willow.book()
    if cause == Cause.SCHOOL or name == "away":
        willow.book(willow.slot(day=TUESDAY + timedelta(days=1)))
    assert visits_hindered(now=timezone.now()) == []
    hit(willow)
    (found,) = visits_hindered(now=timezone.now())
    assert found.visit == visit
    assert list(found.reasons) == [cause]
    assert words in found.words


def test_two_causes_stand_side_by_side_and_the_page_narrows(
    willow: School, signed_in: Callable[[str], Client]
) -> None:
    willow.book()
    client = signed_in("tess")
    assert "Every booked visit can take place" in client.get("/alder/desk/visits/hindered/").content.decode()
    HITS["closed"][0](willow)
    HITS["away"][0](willow)
    page = client.get("/alder/desk/visits/hindered/?school=willow").content.decode()
    assert "Flood" in page
    assert "is away that day" in page
    assert "Flood" not in client.get("/alder/desk/visits/hindered/?cause=contract").content.decode()
    rows = client.get("/alder/desk/visits/hindered/visits.csv?cause=engineer").content.decode().splitlines()
    assert len(rows) == 2
    assert "Flood" in rows[1]


def test_who_answers_for_the_school_hears_of_visits_after_the_end(willow: School) -> None:
    willow.book()
    contract_end(contract=willow.contract, last_day=TUESDAY)
    assert not Notification.objects.filter(key__startswith="contract-end-hits").exists()
    contract_end(contract=willow.contract, last_day=date(2026, 11, 23))
    told = Notification.objects.get(key__startswith="contract-end-hits")
    assert "Tue 24 Nov 2026, 08:30 to 10:30" in told.detail
    assert told.path == f"/alder/desk/visits/hindered/?school={willow.contract.customer.slug}"


def test_the_queries_do_not_grow_with_the_visits(willow: School) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            visits_hindered(now=timezone.now())
        return len(asked)

    willow.book()
    count()
    one = count()
    for days in (1, 2, 3):
        willow.book(willow.slot(day=TUESDAY + timedelta(days=days)))
    assert count() == one
