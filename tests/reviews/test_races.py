"""Two workers look at the same time: each comes up once. The control shows that the constraint does it (Rule S14)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections

from accounts.tenancy.scope import open_scope
from delivery.due import Moment
from delivery.models import Notification
from delivery.sweeper import sweep
from reviews.models import Review, ReviewRound
from reviews.normal import Normal
from reviews.services.looking import reviews_look, reviews_put_up
from tests.cast import Cast
from tests.reviews.scene import NOW, USUAL, closed, open_ticket
from tests.reviews.test_looking import system
from tickets.models import Ticket

pytestmark = [pytest.mark.rule("S12", "S14"), pytest.mark.django_db(transaction=True)]
PATIENCE = 10.0
AsOwner = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def round_(cast: Cast) -> ReviewRound:
    with open_scope(system(cast)):
        closed(cast, USUAL)
        open_ticket(cast)
        return ReviewRound.objects.create(wake_at=NOW)


@pytest.fixture
def without_the_constraint(as_owner: AsOwner) -> Iterator[None]:
    with as_owner() as cursor:
        cursor.execute("DROP INDEX review_ticket_once")
    yield
    with as_owner() as cursor:
        cursor.execute("DELETE FROM reviews_review")
        cursor.execute(
            "CREATE UNIQUE INDEX review_ticket_once ON reviews_review (ticket_id) WHERE ticket_id IS NOT NULL"
        )


def both_look(cast: Cast, round_: ReviewRound, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows there are after two looks that both have read before either has written, without a row's lock."""
    both = Barrier(2, timeout=PATIENCE)

    def meet(rows: Sequence[Review]) -> None:
        both.wait()
        reviews_put_up(rows)

    with open_scope(system(cast)):
        level_id = Ticket.objects.values_list("level_id", flat=True)[0]
    normals = {(None, level_id): Normal(20, 120, 360)}
    monkeypatch.setattr("reviews.services.looking.normals_learn", lambda now: normals)
    monkeypatch.setattr("reviews.services.looking.reviews_put_up", meet)

    def work() -> None:
        try:
            with open_scope(system(cast)):
                reviews_look(ReviewRound.objects.get(pk=round_.pk), Moment(NOW))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _number in range(2)]:
            one.result(PATIENCE)
    with open_scope(system(cast)):
        return Review.objects.count()


def test_a_ticket_comes_up_once(cast: Cast, round_: ReviewRound, monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_look(cast, round_, monkeypatch) == 1


@pytest.mark.usefixtures("without_the_constraint")
def test_without_the_constraint_it_would_twice(
    cast: Cast, round_: ReviewRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both_look(cast, round_, monkeypatch) == 2


def test_two_sweepers_look_once(cast: Cast, round_: ReviewRound) -> None:
    def work() -> None:
        try:
            sweep(now=NOW, queues={"reviews"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _number in range(2)]:
            one.result(PATIENCE)
    with open_scope(system(cast)):
        assert Review.objects.count() == 1
        assert Notification.objects.count() == 2  # a lead and a manager
