"""The pages of proposals, engineers and term dates, as people use them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Customer
from delivery.due import Moment
from tests.cast import Cast
from tests.visits.conftest import School, make_contract, make_customer
from tests.visits.planning.test_proposals import TERMS, YEAR, worked
from visits.models import (
    EngineerAbsence,
    EngineerHours,
    PlannedVisit,
    PlanState,
    SchoolTerm,
    Visit,
    VisitPlan,
    VisitWish,
)
from visits.services.plan_work import plan_turn
from visits.services.planning import plan_apply, plan_make
from visits.services.terms import terms_add

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Limit = Callable[[int], AbstractContextManager[None]]
PLANNING, SETTINGS = "/alder/desk/planning/", "/alder/settings/"


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def school(willow: School) -> School:
    terms_add(customer=willow.contract.customer, terms=TERMS)
    return willow


@pytest.mark.rule("P2")
def test_from_the_question_to_the_booked_visits(school: School, signed_in: SignIn) -> None:
    """The request never plans: it leaves a row, and the page waits for the worker."""
    lena = signed_in("lena")
    shown = lena.get(f"{PLANNING}new/")
    assert "Only some schools" in words_of(shown)
    form = {
        "first_day": "2026-11-24",
        "last_day": "2027-08-31",
        "travel_minutes": 30,
        "visits_a_day": 3,
        "contracts": [school.contract.pk],
    }
    there = lena.post(f"{PLANNING}new/", form)["Location"]
    plan = VisitPlan.objects.get()
    assert plan.state == PlanState.WAITING
    assert not PlannedVisit.objects.exists()
    waiting = words_of(lena.get(there))
    assert "Being worked out" in waiting
    assert 'hx-trigger="every 3s"' in waiting
    worked(plan)
    shown_plan = words_of(lena.get(there))
    assert "Every visit has its place." in shown_plan
    assert "10 of 10" in shown_plan
    assert "every 3s" not in shown_plan
    assert "Book the 10 visits" in words_of(lena.get(f"{there}apply/"))
    lena.post(f"{there}apply/", {"tells_schools": "on"})
    assert not Visit.objects.exists()
    plan.refresh_from_db()
    assert "0 of 1 schools" in words_of(lena.get(there))
    plan_turn(plan, Moment(timezone.now()))
    assert Visit.objects.count() == 10
    assert "10 booked" in words_of(lena.get(there))


def test_wrong_values_are_told_at_their_fields(school: School, signed_in: SignIn) -> None:
    answer = signed_in("cass").post(
        f"{PLANNING}new/",
        {"first_day": "2026-11-24", "last_day": "2026-11-01", "travel_minutes": 30, "visits_a_day": 3},
    )
    assert answer.status_code == 422
    assert "The last day is before the first." in words_of(answer)


def test_a_proposal_is_read_by_all_and_changed_by_planners(school: School, signed_in: SignIn) -> None:
    plan = worked(plan_make(**YEAR))
    one = plan.planned.all()[0]
    tess, cass = signed_in("tess"), signed_in("cass")
    page = f"{PLANNING}{plan.pk}/schools/{school.contract.pk}/"
    assert f"visits/{one.pk}/" not in words_of(tess.get(page))
    assert tess.get(f"{PLANNING}visits/{one.pk}/").status_code == 403
    assert f"{PLANNING}visits/{one.pk}/" in words_of(cass.get(page))
    form = {"day": "2026-11-27", "slot": one.slot_id, "engineer": school.theo.pk, "note": "As agreed"}
    assert cass.post(f"{PLANNING}visits/{one.pk}/", form)["Location"] == page
    assert "Changed by hand" in words_of(tess.get(page))
    refused = cass.post(f"{PLANNING}visits/{one.pk}/", {**form, "day": "2026-12-25"})
    assert refused.status_code == 422
    assert "We cannot be on site then" in words_of(refused)
    week = words_of(tess.get(f"{PLANNING}{plan.pk}/weeks/2026-11-25/"))
    assert "Week of Mon 23 Nov 2026" in week
    assert "Theo" in week
    cass.post(f"{PLANNING}visits/{one.pk}/drop/")
    assert plan.planned.count() == 9
    assert "For 1 visit no place was found" in words_of(tess.get(f"{PLANNING}{plan.pk}/"))
    cass.post(f"{PLANNING}{plan.pk}/discard/")
    assert "Discarded" in words_of(tess.get(PLANNING))


@pytest.mark.rule("P2")
def test_what_has_no_place_is_said_in_words(school: School, signed_in: SignIn) -> None:
    EngineerHours.objects.all().delete()
    SchoolTerm.objects.all().delete()
    plan = worked(plan_make(**YEAR))
    words = words_of(signed_in("tess").get(f"{PLANNING}{plan.pk}/"))
    assert "For 10 visits no place was found" in words
    assert "On the open days that are left no engineer is free." in words
    assert "No term dates" in words


def test_wishes_are_kept(school: School, signed_in: SignIn) -> None:
    address = f"{PLANNING}wishes/{school.contract.pk}/"
    cass = signed_in("cass")
    assert cass.get(address).status_code == 200
    cass.post(address, {"rhythm": "weekly", "weekday": "3", "slot": "", "engineer": school.tess.pk})
    wish = VisitWish.objects.get()
    assert (wish.rhythm, wish.weekday, wish.slot, wish.engineer) == ("weekly", 3, None, school.tess)


@pytest.mark.rule("P2")
def test_an_absence_shows_what_it_hits_and_leads_to_a_proposal(school: School, signed_in: SignIn) -> None:
    visit = school.book()
    lena = signed_in("lena")
    form = {"kind": "ill", "first_day": "2026-11-24", "last_day": "2026-11-27", "note": ""}
    there = lena.post(f"{SETTINGS}engineers/{school.tess.pk}/absences/new/", form)["Location"]
    page = words_of(lena.get(there))
    assert "1 booked visit falls on these days." in page
    assert "Willow" in page
    proposal = lena.post(there)["Location"]
    worked(VisitPlan.objects.get())
    # Why somebody is away is for those who plan: the proposal is read by everybody of the staff.
    for page in (proposal, f"{SETTINGS}engineers/"):
        assert not re.search(r"\bIll\b", words_of(signed_in("theo").get(page)))
    assert "Tess is away" in words_of(signed_in("theo").get(proposal))
    assert "now: " in words_of(lena.get(f"{proposal}schools/{visit.contract_id}/"))
    lena.post(f"{proposal}apply/")
    worked(VisitPlan.objects.get())
    visit.refresh_from_db()
    assert (visit.engineer, visit.day) == (school.theo, date(2026, 11, 24))
    assert "No booked visit falls on these days" in words_of(lena.get(there))
    again = lena.post(f"{SETTINGS}engineers/{school.tess.pk}/absences/new/", form)
    assert again.status_code == 422
    assert "Already away then" in words_of(again)
    key = EngineerAbsence.objects.get().pk
    lena.post(f"{SETTINGS}engineers/absences/{key}/edit/", {**form, "last_day": "2026-11-30"})
    assert EngineerAbsence.objects.get().last_day == date(2026, 11, 30)
    lena.post(f"{SETTINGS}engineers/absences/{key}/remove/")
    assert not EngineerAbsence.objects.exists()


@pytest.mark.rule("S3")
def test_hours_begin_as_the_on_site_hours_and_are_read_as_people_write_them(
    alder: Cast, signed_in: SignIn
) -> None:
    lena, theo = signed_in("lena"), alder.person("theo")
    address = f"{SETTINGS}engineers/{theo.pk}/"
    assert words_of(lena.get(address)).count('value="08:00-18:00"') == 5
    wrong = lena.post(address, {"monday": "8 till late"})
    assert "&#x27;8 till late&#x27; is no time of day. Write it like 08:00-18:00." in words_of(wrong)
    overlap = lena.post(address, {"monday": "08:00-12:00, 11:00-13:00"})
    assert "Two of these times overlap." in words_of(overlap)
    lena.post(address, {"monday": "8:00 to 12.00, 13:00–18:00", "friday": "08:00-12:00"})
    rows = EngineerHours.objects.filter(engineer=theo).values_list("weekday", "starts__hour", "ends__hour")
    assert list(rows) == [(0, 8, 12), (0, 13, 18), (4, 8, 12)]
    assert "Theo" in words_of(signed_in("tess").get(f"{SETTINGS}engineers/"))
    lena.post(address, {})
    assert not EngineerHours.objects.filter(engineer=theo).exists()


@pytest.mark.rule("P2")
def test_terms_are_pasted_corrected_and_copied_within_the_trust(alder: Cast, signed_in: SignIn) -> None:
    cass = signed_in("cass")
    for slug in ("elm", "ash", "oak"):
        make_customer(alder, slug)
    Customer.objects.filter(slug__in=("elm", "ash")).update(trust="Trees Trust")
    address = f"{SETTINGS}terms/elm/"
    assert "Without term dates visits cannot be planned in term first" in words_of(cass.get(address))
    wrong = cass.post(f"{address}new/", {"lines": "Autumn, 2026-09-02, 2026-10-23\nSpring, soon, later"})
    assert "Line 2 cannot be read: &#x27;Spring, soon, later&#x27;." in words_of(wrong)
    assert not SchoolTerm.objects.exists()
    lines = "Autumn, second half, 02/11/2026, 18 Dec 2026\nSpring\t2027-01-04\tFriday 12 February 2027\n"
    assert cass.post(f"{address}new/", {"lines": lines}).status_code == 302
    first, second = SchoolTerm.objects.all()
    assert (first.name, first.last_day) == ("Autumn, second half", date(2026, 12, 18))
    assert (second.name, second.last_day) == ("Spring", date(2027, 2, 12))
    overlapping = cass.post(f"{address}new/", {"lines": "Again, 2026-12-01, 2026-12-20"})
    assert "Again overlaps with Autumn, second half" in words_of(overlapping)
    cass.post(
        f"{SETTINGS}terms/{first.pk}/edit/",
        {"name": "Autumn 2", "first_day": "2026-11-02", "last_day": "2026-12-17"},
    )
    copy = words_of(cass.get(f"{address}copy/"))
    assert "Ash" in copy
    assert "Oak" not in copy.split("Copy the terms", 1)[1].split("</form>")[0]
    ash = Customer.objects.get(slug="ash")
    cass.post(f"{address}copy/", {"schools": [ash.pk]})
    assert list(SchoolTerm.objects.filter(customer=ash).values_list("name", "last_day")) == [
        ("Autumn 2", date(2026, 12, 17)),
        ("Spring", date(2027, 2, 12)),
    ]
    cass.post(f"{SETTINGS}terms/{first.pk}/remove/")
    assert SchoolTerm.objects.filter(customer__slug="elm").count() == 1
    overview = words_of(signed_in("tess").get(f"{SETTINGS}terms/"))
    assert overview.index("Oak") < overview.index("Elm")
    assert "Missing" in overview


def test_a_large_proposal_keeps_to_its_queries(
    alder: Cast, school: School, signed_in: SignIn, at_most: Limit
) -> None:
    for number in range(20):
        make_contract(make_customer(alder, f"school-{number}"), "scheduled-on-demand", 3)
    plan = worked(plan_make(**YEAR))
    assert plan.planned.count() == 70
    cass = signed_in("cass")
    monday = date(2026, 11, 23) + timedelta(weeks=2)
    for page in ("", f"schools/{school.contract.pk}/", f"weeks/{monday}/", "apply/"):
        with at_most(15):
            assert cass.get(f"{PLANNING}{plan.pk}/{page}").status_code == 200
    plan_apply(plan=plan)
    with at_most(15):
        assert "0 of 21 schools" in words_of(cass.get(f"{PLANNING}{plan.pk}/"))
