"""The sweep: everything that is due, once, fair between providers (Rule S14)."""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from delivery.claims import claim_function
from delivery.due import BatchQueue, DueQueue, FlowQueue, Moment, Queue, Stage, Tally, due_queues
from delivery.rows import run_rows

# A row may fall due again while it is handled (warned, then missed). More rounds wait for the next sweep.
ROUNDS = 20
# People are told although steps of their provider are still due, if those are held up for this long.
PATIENCE = timedelta(minutes=2)
FLOW_SECONDS = 10.0  # of a flow that a hint has begun


@dataclass(slots=True)
class SweepResult:
    """Rows by queue: done, failed (they rest and come again) and dead (given up)."""

    done: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, tally: Tally) -> None:
        self.done[name] = self.done.get(name, 0) + tally.done
        self.failed[name] = self.failed.get(name, 0) + tally.failed
        self.dead[name] = self.dead.get(name, 0) + tally.dead


class _Work:
    """One queue within one sweep."""

    def __init__(self, queue: DueQueue | BatchQueue) -> None:
        self.queue = queue
        self.reach = queue.batch
        self.rounds: Counter[tuple[int, int]] = Counter()
        self.left: dict[int, int] = {}  # rows by provider at the last look

    def claim(self, now: datetime) -> dict[int, list[int]]:
        """Due rows by provider, at most `reach` of each, the oldest first."""
        with connection.cursor() as cursor:
            function = claim_function(self.queue.model._meta.db_table)
            query = f"SELECT provider_id, id FROM {function}(%s, %s)"  # noqa: S608 - a name of ours
            cursor.execute(query, [now, self.reach])
            found = cursor.fetchall()
        self.left = dict(Counter(provider_id for provider_id, _ in found))
        by_provider: dict[int, list[int]] = defaultdict(list)
        for provider_id, row_id in found:
            if self.rounds[provider_id, row_id] < ROUNDS:
                by_provider[provider_id].append(row_id)
        return by_provider

    def run(self, provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
        """Work on these rows in transactions of one batch each."""
        total = Tally()
        self.rounds.update((provider_id, row_id) for row_id in ids)
        for start in range(0, len(ids), self.queue.batch):
            part = ids[start : start + self.queue.batch]
            total.add(run_batch(self.queue, provider_id, part, moment))
            if total.paused:
                break
        return total

    def nearer(self) -> bool:
        self.reach = self.queue.batch
        return True

    def further(self) -> bool:
        """Another worker holds all that we saw. Look behind it, if there may be anything."""
        full = any(count >= self.reach for count in self.left.values())
        self.reach = min(self.reach * 4, self.queue.batch * 64)
        return full and self.reach <= self.queue.batch * 16


def sweep(
    *, now: datetime | None = None, queues: Collection[str] | None = None, seconds: float | None = None
) -> SweepResult:
    """Do everything that is due at `now` (aware; default: the current time), until nothing more is due.

    `queues` limits it to these names (ValueError for an unknown one), `seconds` ends it after a time: the
    rest is for the next sweep. Must run outside any scope and transaction. Raises OperationalError when the
    database is lost; what is committed by then is done, all else is still due.
    """
    chosen = due_queues(None if queues is None else frozenset(queues))
    run = _Sweep(now=now, ends=None if seconds is None else time.monotonic() + seconds)
    for stage in Stage:
        run.stage([queue for queue in chosen if queue.stage is stage])
    return run.result


def run_batch(queue: Queue, provider_id: int, ids: Sequence[int], moment: Moment) -> Tally:
    """Work on rows of one provider that are still due. Must run outside any scope and transaction."""
    if isinstance(queue, FlowQueue):
        return queue.flow(None, time.monotonic() + FLOW_SECONDS)
    if isinstance(queue, BatchQueue):
        return queue.run(provider_id, ids, moment)
    return run_rows(queue, provider_id, ids, moment)


class _Sweep:
    """One sweep under way."""

    def __init__(self, *, now: datetime | None, ends: float | None) -> None:
        self.fixed_now = now
        self.ends = ends
        self.result = SweepResult()
        self.held: set[int] = set()  # providers with steps that are due and that another worker is at

    @property
    def is_over(self) -> bool:
        return self.ends is not None and time.monotonic() >= self.ends

    def stage(self, queues: Sequence[Queue]) -> None:
        """Go round the queues, a batch of each provider at a time, until none has anything left for us."""
        for queue in queues:
            if isinstance(queue, FlowQueue):
                self.result.add(queue.name, queue.flow(self.fixed_now, self.ends))
        everything = [_Work(queue) for queue in queues if not isinstance(queue, FlowQueue)]
        still = list(everything)
        while still and not self.is_over:
            still = [work for work in still if not self.is_over and self.round(work)]
        self.held.update(provider_id for work in everything for provider_id in work.left)

    def round(self, work: _Work) -> bool:
        """One batch of each provider. Whether to come back for more."""
        moment = Moment(self.fixed_now or timezone.now())
        total = Tally()
        for provider_id, ids in self.claim(work, moment).items():
            if self.is_over or total.paused:
                break
            total.add(work.run(provider_id, ids, moment))
        self.result.add(work.queue.name, total)
        if total.paused:
            return False
        return work.nearer() if total.touched else work.further()

    def claim(self, work: _Work, moment: Moment) -> dict[int, list[int]]:
        """What to do next. Telling waits for steps that another worker is at: one digest, not two."""
        if work.queue.stage is not Stage.TELL or not self.held:
            return work.claim(moment.now)
        patient = work.claim(moment.now - PATIENCE)
        prompt = work.claim(moment.now)
        return {key: patient.get(key, []) if key in self.held else ids for key, ids in prompt.items()}
