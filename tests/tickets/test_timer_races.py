"""What is owed on a ticket, with two workers or a person at the same moment (rules E1, S14)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
import time_machine
from django.db import connections

from accounts.tenancy.scope import open_scope
from delivery.due import Moment
from delivery.sweeper import sweep
from sla.desk_time import desk_hours_later
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tests.tickets.test_timers import HOUR, NOW, QUEUE, answer, escalated
from tickets.models import TicketTimer, TimerKind
from tickets.services.timers import timer_ring

pytestmark = pytest.mark.rule("S14")


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.rule("E1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the row lock"])
def test_two_sweepers_tell_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Without the lock of the row both would: what else is tried at the same time is the same."""
    keys: list[str] = []
    monkeypatch.setattr(
        "tickets.services.telling.notification_add", lambda **words: keys.append(words["key"])
    )
    with open_scope(cast.scope("tess")):
        open_one(cast, logged_at=NOW)
        timer = TicketTimer.objects.get()
    both, scope = Barrier(2, timeout=10), cast.staff_scope()

    def work() -> None:
        try:
            if locked:
                both.wait()
                sweep(now=NOW + HOUR, queues=QUEUE)
                return
            with open_scope(scope):
                own = TicketTimer.objects.select_related("ticket").get(pk=timer.pk)
                both.wait()
                timer_ring(own, Moment(NOW + HOUR))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(work) for _worker in range(2)]:
            one.result(20)
    assert len(keys) == (1 if locked else 2)


@pytest.mark.rule("E1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False], ids=["as it is", "without the row lock"])
def test_an_answer_and_the_sweeper_at_the_same_moment(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Whoever comes second sees what the first did: the answer's new time stands, and nothing of it is told early."""
    with open_scope(cast.scope("tess")):
        ticket = escalated(cast)
        first = desk_hours_later(NOW, 8)
        stale = TicketTimer.objects.select_related("ticket").get(kind=TimerKind.UPDATE)
    begun, go_on = Event(), Event()

    def slowly(**words: Any) -> None:
        begun.set()
        go_on.wait(0.5)

    def work() -> None:
        monkeypatch.setattr("tickets.services.timers._tell_update_due", lambda timer, is_late: slowly())
        try:
            if locked:
                sweep(now=first, queues=QUEUE)
                return
            with open_scope(cast.staff_scope()):
                timer_ring(stale, Moment(first))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, time_machine.travel(first, tick=False):
        working = pool.submit(work)
        begun.wait(10)
        with open_scope(cast.scope("tess")):
            answer(cast, ticket, at=first)  # waits for the sweeper's row
        go_on.set()
        working.result(20)
    with open_scope(cast.scope("tess")):
        timer = TicketTimer.objects.get(kind=TimerKind.UPDATE)
        stands = (timer.rung, timer.wake_at) == (0, desk_hours_later(first, 8))
        assert stands is locked
