"""Sending: lease a delivery, call the endpoint without holding a lock, mark the row (Rule S14).

As with mail, the lease is the row's `wake_at` moved behind the longest time that a call can take, and `fence` counts
the leases. A delivery is repeated only if it was cut off between calling and marking, and has the same id then.

All endpoints of all providers are called side by side, each by one thread and one delivery at a time, a few of each
provider. Threads do nothing but the call; the database belongs to the loop.
"""

import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.tenancy.scope import Scope, open_scope
from delivery.due import FlowQueue, Tally
from delivery.rows import wait_after
from webhooks.calling import CALL_SECONDS, Said, call
from webhooks.models import Delivery, DeliveryState, Endpoint, EndpointState
from webhooks.services.endpoints import endpoint_lock, endpoint_switch_off
from webhooks.services.recording import QUEUE_NAME

logger = logging.getLogger(__name__)

THREADS = 32
OF_ONE_PROVIDER = 6  # endpoints that are called at the same time
LOOK_SECONDS = 1.0  # how often new deliveries are looked for while slow endpoints answer
SLOW_SECONDS = 1.0
OVERTIME = 30.0  # seconds for which the quick go on after the end, while a slow one is waited for
LEASE = timedelta(seconds=6 * CALL_SECONDS)  # up to four addresses, the conversation, and a slow resolver
ATTEMPTS = 14  # with the waits between them a little more than a day
LONGEST_REST = timedelta(minutes=15)
FAILS_AT_MOST = timedelta(hours=24)
KEPT_ATTEMPTS = 40
GONE = 410


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that is ours to send until its lease ends."""

    provider_id: int
    endpoint: Endpoint
    row: Delivery
    fence: int


def flow(now: datetime | None, ends: float | None) -> Tally:
    """Call endpoints until nothing is due, or until `ends`; then wait for those that are being called."""
    work = _Flow(now, ends)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        while True:
            work.start(pool)
            if not work.flying:
                return work.tally
            done, _ = wait(work.flying, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                work.land(future)


class _Flow:
    """The calls under way."""

    def __init__(self, now: datetime | None, ends: float | None) -> None:
        self.fixed_now, self.ends = now, ends
        self.tally = Tally()
        self.flying: dict[Future[Said], Leased] = {}
        self.slow: set[int] = set()  # endpoints

    def start(self, pool: ThreadPoolExecutor) -> None:
        """Call every endpoint that has something due and is not being called, as far as there is room."""
        over = 0.0 if self.ends is None else time.monotonic() - self.ends
        if over > OVERTIME or (over > 0 and not self.flying):
            return
        now = self.fixed_now or timezone.now()
        busy = {one.endpoint.pk for one in self.flying.values()} | (self.slow if over > 0 else set())
        for provider_id, endpoint_id, row_id in claim(now):
            of_provider = sum(one.provider_id == provider_id for one in self.flying.values())
            if endpoint_id in busy or of_provider >= OF_ONE_PROVIDER or len(self.flying) >= THREADS:
                continue
            leased = lease(provider_id, row_id, now)
            if leased is not None:
                self.flying[pool.submit(call, leased.endpoint, leased.row)] = leased

    def land(self, future: "Future[Said]") -> None:
        """Write down what an endpoint said."""
        leased, said = self.flying.pop(future), future.result()
        if said.milliseconds > SLOW_SECONDS * 1000:
            self.slow.add(leased.endpoint.pk)
        mark(leased, said, self.fixed_now or timezone.now(), self.tally)


def claim(now: datetime) -> list[tuple[int, int, int]]:
    """(provider, endpoint, delivery): the oldest due of each endpoint that is on and not resting, fairly mixed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_id, endpoint_id, id FROM due_webhooks_delivery(%s)", [now])
        return [(provider, endpoint, row) for provider, endpoint, row in cursor.fetchall()]


def lease(provider_id: int, row_id: int, now: datetime) -> Leased | None:
    """Take a delivery that is due, or None when it is not or another worker is at it."""
    with open_scope(Scope(provider_id=provider_id)):
        due = Delivery.objects.filter(pk=row_id, state=DeliveryState.WAITING, wake_at__lte=now)
        row = due.select_related("endpoint").select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.fence += 1
        row.wake_at = max(now, timezone.now()) + LEASE
        row.save(update_fields=["fence", "wake_at"])
        return Leased(provider_id, row.endpoint, row, row.fence)


def mark(leased: Leased, said: Said, now: datetime, tally: Tally) -> None:
    """Write the outcome down on the delivery and its endpoint, as long as the lease is ours."""
    now = max(now, timezone.now())
    with open_scope(Scope(provider_id=leased.provider_id)):
        try:
            endpoint = endpoint_lock(leased.endpoint)
        except Endpoint.DoesNotExist:
            return  # it was removed meanwhile, and the delivery with it
        ours = Delivery.objects.filter(pk=leased.row.pk, state=DeliveryState.WAITING, fence=leased.fence)
        row = ours.select_for_update(of=("self",)).first()
        if row is None:
            logger.warning("The lease of delivery %d was lost; another worker has it.", leased.row.pk)
            return
        _apply(row, said, now)
        row.save()
        _heard(endpoint, said, now)
        endpoint.save(
            update_fields=["misses", "failing_since", "rests_until", "reached_at", "state", "off_because"]
        )
    if row.state == DeliveryState.DELIVERED:
        tally.done += 1
    elif row.state == DeliveryState.DEAD:
        tally.dead += 1
    else:
        tally.failed += 1


def _apply(row: Delivery, said: Said, now: datetime) -> None:
    tried = {
        "at": now.isoformat(),
        "status": said.status,
        "milliseconds": said.milliseconds,
        "problem": said.problem,
    }
    row.attempts = [*row.attempts, tried][-KEPT_ATTEMPTS:]
    row.answer = said.answer
    if said.is_taken:
        row.state, row.delivered_at, row.wake_at, row.last_failure = DeliveryState.DELIVERED, now, None, ""
        return
    row.failures += 1
    row.last_failure = said.problem
    row.wake_at = now + wait_after(row.failures)
    if row.failures >= ATTEMPTS:
        row.state, row.dead_at, row.wake_at = DeliveryState.DEAD, now, None


def _heard(endpoint: Endpoint, said: Said, now: datetime) -> None:
    """How the endpoint is doing. One failure alone may be the delivery's fault; from the second on it rests."""
    if said.is_taken:
        endpoint.misses, endpoint.failing_since, endpoint.rests_until = 0, None, None
        endpoint.reached_at = now
        return
    endpoint.misses += 1
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.misses > 1:
        endpoint.rests_until = now + min(wait_after(endpoint.misses - 1), LONGEST_REST)
    is_hopeless = said.status == GONE or now - endpoint.failing_since >= FAILS_AT_MOST
    if is_hopeless and endpoint.state == EndpointState.ON:
        endpoint_switch_off(endpoint, because=said.problem)


QUEUE = FlowQueue(name=QUEUE_NAME, model=Delivery, flow=flow)
