"""Two workers and one delivery: it is sent once. A worker that dies loses nothing. The controls show what it takes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from accounts.tenancy.scope import Scope, open_scope
from delivery.due import Tally
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.webhooks.conftest import Kept, Open, Register
from tests.webhooks.receiver import Receiver
from webhooks import sending
from webhooks.calling import call
from webhooks.events import EventType
from webhooks.models import Delivery, DeliveryState
from webhooks.sending import LEASE, Leased, lease, mark

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("S14")]
PATIENCE = 10.0


@pytest.fixture
def waiting(receiver: Receiver, register: Register, opened: Open, kept: Kept) -> Delivery:
    register(receiver.url, EventType.TICKET_OPENED)
    opened()
    return kept()[0]


def both_send() -> None:
    """Two workers look, both see the delivery, and go on together."""
    seen = Barrier(2)
    claim = sending.claim

    def together(now: datetime) -> list[tuple[int, int, int]]:
        found = claim(now)
        if found:
            seen.wait(PATIENCE)
        return found

    def work() -> None:
        try:
            sending.flow(None, None)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(sending, "claim", together)
        for future in [pool.submit(work) for _ in range(2)]:
            future.result()


def test_each_delivery_is_sent_once_by_two_workers(waiting: Delivery, receiver: Receiver, kept: Kept) -> None:
    both_send()
    assert len(receiver.taken) == 1
    assert kept()[0].state == DeliveryState.DELIVERED


def test_control_without_the_lease_both_send_it(
    waiting: Delivery, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    have_read = Barrier(2)

    def unleased(provider_id: int, row_id: int, now: datetime) -> Leased:
        with open_scope(Scope(provider_id=provider_id)):
            row = Delivery.objects.select_related("endpoint").get(pk=row_id)
        have_read.wait(PATIENCE)
        return Leased(provider_id, row.endpoint, row, row.fence)

    monkeypatch.setattr(sending, "lease", unleased)
    both_send()
    assert len(receiver.taken) == 2


def taken(waiting: Delivery, at: datetime) -> Leased | None:
    assert waiting.provider_id is not None
    return lease(waiting.provider_id, waiting.pk, at)


def test_a_killed_worker_loses_nothing_and_a_late_one_marks_nothing(
    waiting: Delivery, receiver: Receiver, kept: Kept, cast: Cast
) -> None:
    """Killed between sending and marking: the delivery falls due when the lease ends, and has the same id."""
    first = taken(waiting, timezone.now())
    assert first is not None
    said = call(first.endpoint, first.row)
    assert sweep(queues=["webhooks"]).done["webhooks"] == 0, "it is leased"
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        second = taken(waiting, timezone.now())
        assert second is not None
        tally = Tally()
        mark(first, said, timezone.now(), tally)
        assert (tally.touched, kept()[0].state) == (0, DeliveryState.WAITING), "its lease is over"
        mark(second, call(second.endpoint, second.row), timezone.now(), tally)
    assert (tally.done, kept()[0].state) == (1, DeliveryState.DELIVERED)
    one, other = receiver.taken
    assert one.headers["webhook-id"] == other.headers["webhook-id"]


def test_a_ticket_is_written_on_while_an_endpoint_is_changed(
    waiting: Delivery, opened: Open, cast: Cast, kept: Kept
) -> None:
    """The lock of whoever marks or edits an endpoint stops nobody who writes a delivery for it."""
    from webhooks.services.endpoints import endpoint_lock

    def in_a_thread(act: Callable[[], object]) -> None:
        def run() -> None:
            try:
                act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result(PATIENCE)

    with open_scope(cast.staff_scope()):
        endpoint_lock(waiting.endpoint)
        in_a_thread(opened)
    assert len(kept()) == 2
