"""Calendar feeds, read with a parser that shares nothing with the one that writes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ics
import pytest
from django.core import signing
from django.test import Client

from accounts.models import Customer, Person
from accounts.tenancy.scope import open_scope
from contracts.models import Contract
from tests.cast import Cast
from tests.visits.conftest import School
from visits.feeds import feed_asked, feed_token
from visits.models import CalendarFeed, Visit
from visits.services import visit_cancel, visit_move
from visits.services.feeds import feed_make, feed_renew

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
LONDON = ZoneInfo("Europe/London")
SUMMER = date(2027, 3, 30)  # a Tuesday, two days after the clocks go forward


def address(feed: CalendarFeed) -> str:
    return f"/alder/calendar/{feed_token(feed)}.ics"


def read(path: str) -> list[Any]:
    """The events, by their start, as a stranger's calendar program sees them."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"].startswith("text/calendar")
    return sorted(ics.Calendar(answer.content.decode()).events, key=lambda one: one.begin)


def lines_of(event: Any, name: str) -> list[str]:
    return [one.value for one in event.extra if one.name == name]


@pytest.fixture
def school_feed(willow: School) -> CalendarFeed:
    return feed_make(customer=willow.contract.customer)


@pytest.mark.rule("S15")
def test_times_are_right_on_both_sides_of_a_change_of_the_clocks(
    willow: School, school_feed: CalendarFeed
) -> None:
    willow.book()
    willow.book(willow.slot(day=SUMMER))
    winter, summer = read(address(school_feed))
    for event, day in ((winter, date(2026, 11, 24)), (summer, SUMMER)):
        starts = event.begin.datetime.astimezone(LONDON)
        assert (starts.date(), f"{starts:%H:%M}") == (day, "08:30")
        assert event.duration == timedelta(hours=2)
    assert winter.begin.datetime.utcoffset() == timedelta(0)
    assert summer.begin.datetime.hour == 7


def test_a_change_is_the_same_event_with_a_higher_sequence(willow: School, school_feed: CalendarFeed) -> None:
    visit = willow.book()
    (first,) = read(address(school_feed))
    visit_move(visit=visit, sequence=0, when=willow.slot("PM"), reason="Exams")
    (moved,) = read(address(school_feed))
    assert moved.uid == first.uid
    assert (lines_of(first, "SEQUENCE"), lines_of(moved, "SEQUENCE")) == (["0"], ["1"])
    assert moved.last_modified is not None
    visit_cancel(visit=visit, sequence=1, reason="Snow")
    (cancelled,) = read(address(school_feed))
    assert (cancelled.uid, cancelled.status) == (first.uid, "CANCELLED")
    assert lines_of(cancelled, "SEQUENCE") == ["2"]


@pytest.mark.rule("T1", "T2")
def test_a_feed_holds_its_own_visits_and_no_reasons(
    willow: School, school_feed: CalendarFeed, alder: Cast
) -> None:
    Customer.objects.filter(slug="willow").update(address="1 Willow Lane\nOtterby; by the sea")
    visit = willow.book()
    visit_move(visit=visit, sequence=0, when=willow.slot("PM"), reason="Tess is ill")
    Visit.objects.filter(pk=visit.pk).update(work_done="Reset Pat's password")
    Visit.objects.create(
        customer=alder.customer("oakfield"),
        contract=Contract.objects.get(customer__slug="oakfield"),
        kind="scheduled",
        engineer=willow.theo,
        day=visit.day,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
    )
    text = Client().get(address(school_feed)).content.decode().replace("\r\n ", "")
    assert "ill" not in text.replace("Willow", "")
    assert "password" not in text
    assert "Theo" not in text
    (event,) = read(address(school_feed))
    assert event.location == "1 Willow Lane, Otterby; by the sea"
    assert "Tess" in event.name
    (own,) = read(address(feed_make(engineer=willow.theo)))
    assert own.name == "Oakfield: Scheduled visit"


def test_a_new_address_kills_the_old_one(willow: School, signed_in: SignIn) -> None:
    tess = signed_in("tess")
    assert "There is no address yet." in tess.get("/alder/desk/visits/subscribe/").content.decode()
    tess.post("/alder/desk/visits/subscribe/")
    old = tess.get("/alder/desk/visits/subscribe/").context["address"]
    assert Client().get(old).status_code == 200
    tess.post("/alder/desk/visits/subscribe/")
    assert Client().get(old).status_code == 404
    assert Client().get(tess.get("/alder/desk/visits/subscribe/").context["address"]).status_code == 200


def test_nothing_but_the_signed_address_opens_it(school_feed: CalendarFeed, alder: Cast) -> None:
    token = feed_token(school_feed)
    assert feed_asked(alder.provider_id(), token) is not None
    plain, _dot, signature = token.partition(".")
    other_salt = signing.Signer(sep=".").sign(plain)
    for wrong in (plain, f"{plain}.", f"{school_feed.pk}-2.{signature}", other_salt, "x", "é.é", "1-1"):
        assert Client().get(f"/alder/calendar/{wrong}.ics").status_code == 404, wrong
    assert Client().get(f"/birch/calendar/{token}.ics").status_code == 404


def test_who_has_left_has_no_feed(willow: School, school_feed: CalendarFeed) -> None:
    own = feed_make(engineer=willow.tess)
    assert Client().get(address(own)).status_code == 200
    Person.objects.filter(pk=willow.tess.pk).update(is_active=False)
    assert Client().get(address(own)).status_code == 404
    Customer.objects.filter(slug="willow").update(is_active=False)
    assert Client().get(address(school_feed)).status_code == 404


@pytest.mark.rule("T2")
def test_a_school_makes_the_address_of_its_own_feed_only(willow: School, signed_in: SignIn) -> None:
    wilma = signed_in("wilma")
    wilma.post("/alder/portal/visits/willow/subscribe/")
    assert (
        Client().get(wilma.get("/alder/portal/visits/willow/subscribe/").context["address"]).status_code
        == 200
    )
    assert wilma.post("/alder/portal/visits/oakfield/subscribe/").status_code == 404
    assert signed_in("rita").get("/alder/portal/visits/oakfield/subscribe/").status_code == 403


def test_asking_twice_for_a_feed_gives_the_same_one(willow: School, alder: Cast) -> None:
    first = feed_make(customer=willow.contract.customer)
    assert feed_make(customer=willow.contract.customer) == first
    assert feed_renew(feed=first).generation == 2
    with open_scope(alder.staff_scope("birch")):
        assert not CalendarFeed.objects.exists()
