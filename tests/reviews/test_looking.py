"""The daily look: it begins with the first closing, learns, puts up each once and tells (rules S12, S14, T6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from accounts.tenancy.scope import Scope, open_scope
from delivery.due import Moment
from delivery.models import Notification, OutboundMail
from delivery.sweeper import sweep
from reviews.models import NormalTime, Review, ReviewKind, ReviewRound
from reviews.services.learning import normals_learn
from reviews.services.looking import reviews_look
from reviews.wording import basis_words, short_words
from tests.cast import Cast
from tests.reviews.scene import DAY, LOGGED, NOW, USUAL, category, closed, open_ticket, ticket
from tests.tickets.test_opening import open_one
from tickets.models import Category, Channel, ClosedAs, Ticket, TicketReader, TicketState
from tickets.services.work import ticket_close

pytestmark = pytest.mark.rule("S12")


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def system(cast: Cast, slug: str = "alder") -> Scope:
    return Scope(provider_id=cast.provider_id(slug), is_system=True)


def look(cast: Cast, now: datetime = NOW, slug: str = "alder") -> None:
    """A look, as the sweeper does it."""
    with open_scope(system(cast, slug)):
        row = ReviewRound.objects.first() or ReviewRound.objects.create(wake_at=now)
        reviews_look(row, Moment(now))


def put_up(cast: Cast) -> list[Review]:
    with open_scope(system(cast)):
        return list(Review.objects.select_related("ticket", "customer").order_by("pk"))


def reviewed(cast: Cast) -> set[int | None]:
    return {one.ticket_id for one in put_up(cast)}


@pytest.mark.rule("S14")
def test_the_first_closing_begins_the_daily_look(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        assert not ReviewRound.objects.exists()
        for _number in range(2):
            ticket_close(ticket=open_one(cast), closed_as=ClosedAs.WITHDRAWN)
        (row,) = ReviewRound.objects.all()
    tomorrow = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert row.wake_at == tomorrow
    sweep(now=tomorrow + 3 * DAY, queues={"reviews"})
    with open_scope(cast.staff_scope()):
        (row,) = ReviewRound.objects.all()
    assert row.looked_at == tomorrow + 3 * DAY
    assert row.wake_at == tomorrow + 4 * DAY  # an outage is made up for by one look


def test_a_school_that_closes_its_own_request_begins_it_too(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        ticket_close(ticket=open_one(cast), closed_as=ClosedAs.WITHDRAWN)
        assert not ReviewRound.objects.exists()  # which a school does not see
    with open_scope(cast.staff_scope()):
        assert ReviewRound.objects.count() == 1


def test_what_is_normal_is_learned_for_each_category_and_level(cast: Cast) -> None:
    with open_scope(system(cast)):
        printing, other = category(), category("other-things")
        closed(cast, USUAL, category=printing)
        closed(cast, [40], category=other)
        closed(cast, USUAL[:-1], level="High")
        normals_learn(NOW)
        rows = NormalTime.objects.order_by("category")
        found = {(one.category, one.level.name): one for one in rows.select_related("category", "level")}
    assert set(found) == {(printing, "Medium"), (None, "Medium")}  # High has nineteen, of no category
    own, whole = found[printing, "Medium"], found[None, "Medium"]
    assert (own.tickets, own.median_minutes, own.ninth_minutes) == (20, 120, 360)
    assert (whole.tickets, whole.median_minutes, whole.ninth_minutes) == (21, 360, 1320)


def test_alerts_spam_and_what_is_older_than_a_year_say_nothing(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL, channel=Channel.MONITORING)
        closed(cast, USUAL, closed_as=ClosedAs.SPAM)
        closed(cast, USUAL, logged_at=NOW - 380 * DAY)
        assert normals_learn(NOW) == {}
        closed(cast, USUAL)
        assert len(normals_learn(NOW)) == 1
        assert normals_learn(NOW + 400 * DAY) == {}  # what was learned goes with its tickets
        assert not NormalTime.objects.exists()


def test_learning_asks_as_much_for_many_tickets_as_for_few(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        normals_learn(NOW)
        with CaptureQueriesContext(
            connection,
        ) as few:
            normals_learn(NOW)
        for key in ("one", "two", "three"):
            closed(cast, USUAL, category=category(key))
        with CaptureQueriesContext(connection) as many:
            normals_learn(NOW)
    assert len(many) == len(few)
    assert sum("array_agg" in one["sql"] for one in many) == 1


def test_a_ticket_open_longer_than_nine_of_ten_comes_up_with_its_figures(cast: Cast) -> None:
    with open_scope(system(cast)):
        printing = category()
        closed(cast, USUAL, category=printing)
        slow = open_ticket(cast, category=printing)
        open_ticket(cast, category=printing, logged_at=NOW - timedelta(hours=15))
    look(cast)
    (review,) = put_up(cast)
    assert (review.ticket_id, review.kind, review.found_at) == (slow.pk, ReviewKind.TICKET, NOW)
    assert short_words(review) == "Open 118 working hours; 9 of 10 of this kind are fixed within 6"
    assert basis_words(review) == [
        "Compared with the 20 tickets closed in twelve months: Printing, Medium.",
        "Half were fixed within 2 working hours, 9 of 10 within 6.",
    ]


def test_a_category_with_few_tickets_goes_by_its_level(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        open_ticket(cast, category=category())
    look(cast)
    (review,) = put_up(cast)
    assert "all 20 tickets of the level Medium" in basis_words(review)[0]


@pytest.mark.parametrize(
    "more",
    [
        {"state": TicketState.WAITING_CUSTOMER},
        {"state": TicketState.WAITING_APPROVAL},
        {"state": TicketState.FIXED, "fixed_at": NOW},
        {"channel": Channel.MONITORING},
        {"level": "High"},  # of which too few have been closed to say
        {"logged_at": NOW + DAY},
    ],
)
def test_what_does_not_come_up(cast: Cast, more: dict[str, Any]) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        open_ticket(cast, **more)
    look(cast)
    assert put_up(cast) == []


@pytest.mark.rule("S14")
def test_each_comes_up_once_ever(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        open_ticket(cast)
    for days in range(3):
        look(cast, NOW + days * DAY)
    (review,) = put_up(cast)
    assert review.found_at == NOW


def test_one_look_puts_up_the_furthest_beyond_normal_and_leaves_the_rest_for_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.services.looking.AT_MOST", 2)
    with open_scope(system(cast)):
        closed(cast, USUAL)
        keys = [open_ticket(cast, logged_at=LOGGED + days * DAY).pk for days in (2, 0, 1)]
    look(cast)
    assert reviewed(cast) == {keys[1], keys[2]}
    look(cast, NOW + DAY)
    assert reviewed(cast) == set(keys)


@pytest.mark.rule("T6")
def test_a_confidential_ticket_comes_up_for_its_readers_alone(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        slow = open_ticket(cast, is_confidential=True)
        lena = cast.person("lena")
        TicketReader.objects.create(
            customer=slow.customer, ticket=slow, person=lena, reason="A test", added_by=lena, added_at=NOW
        )
    look(cast)
    assert len(put_up(cast)) == 1
    for name, number in (("lena", 1), ("cass", 0), ("ada", 0)):
        with open_scope(cast.scope(name)):
            assert Review.objects.count() == number, name
    with open_scope(cast.staff_scope()):
        assert not Notification.objects.exists()


def urgent(cast: Cast, school: str, *, recent: int, past: int = 0) -> None:
    """So many high tickets of the last days, and of the year before, the first of them a year ago."""
    rows = [
        ticket(cast, school, level="High", logged_at=NOW - timedelta(days=1, hours=one))
        for one in range(recent)
    ]
    rows += [
        ticket(cast, school, level="Urgent", logged_at=NOW - timedelta(days=395 - one)) for one in range(past)
    ]
    Ticket.objects.bulk_create(rows)


def test_a_school_with_twice_its_normal_comes_up_with_its_figures(cast: Cast) -> None:
    with open_scope(system(cast)):
        urgent(cast, "oakfield", recent=7, past=36)
        urgent(cast, "hillside", recent=4, past=1)  # four are a few, whatever is normal
    look(cast)
    (review,) = put_up(cast)
    assert (review.kind, review.customer.slug, review.ticket) == (ReviewKind.SCHOOL, "oakfield", None)
    assert review.figures == {"recent": 7, "own": 30, "by_size": 23, "people": 6}
    assert short_words(review) == "7 urgent and high tickets in 30 days; 3.0 are normal"
    assert "own year before: 3.0" in basis_words(review)[0]
    assert "6 people" in basis_words(review)[1]


def test_a_school_comes_up_again_after_three_months_and_not_before(cast: Cast) -> None:
    with open_scope(system(cast)):
        urgent(cast, "oakfield", recent=9, past=10)
    look(cast)
    with open_scope(system(cast)):
        Review.objects.update(done_at=NOW, done_by=cast.person("cass"), outcome="nothing")
    look(cast, NOW + DAY)
    assert len(put_up(cast)) == 1
    later = NOW + 91 * DAY
    with open_scope(system(cast)):
        rows = [ticket(cast, level="High", logged_at=later - DAY) for _number in range(9)]
        Ticket.objects.bulk_create(rows)
    look(cast, later)
    assert len(put_up(cast)) == 2


def test_leads_and_managers_hear_once_how_many_are_new_and_no_school_is_told(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        open_ticket(cast)
        open_ticket(cast)
    look(cast)
    look(cast, NOW + DAY)
    with open_scope(cast.staff_scope()):
        told = list(
            Notification.objects.order_by("person__name").values_list("person__name", "summary", "path")
        )
        assert not OutboundMail.objects.exists()
    path = "/alder/desk/reviews/"
    assert told == [("Cass", "2 new reviews", path), ("Lena", "2 new reviews", path)]


@pytest.mark.rule("T1")
def test_one_provider_learns_nothing_from_another(cast: Cast) -> None:
    with open_scope(system(cast)):
        closed(cast, USUAL)
    with open_scope(system(cast, "birch")):
        assert normals_learn(NOW) == {}
        assert Customer.objects.filter(slug="riverside").exists()
        assert Category.objects.exists()
