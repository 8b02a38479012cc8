"""Several at once: two sweepers, an answer against a sweep, a recomputation against an answer, an edit
against a start.

Each runs on connections of its own that commit. The controls show that the locks are what holds it together.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.tenancy.scope import Scope, open_scope
from delivery.due import Moment
from delivery.sweeper import sweep
from sla import steps
from sla.calendars import calendar_spec
from sla.models import Clock, ClockEvent, Closure
from sla.services.calendar_edits import closure_add
from sla.services.clocks import clock_stop
from sla.services.recomputation import recompute
from sla.steps import ClockStep, clock_step
from tests.sla.conftest import Desk, local

pytestmark = [pytest.mark.rule("S13", "S14"), pytest.mark.django_db(transaction=True)]

FRIDAY = local("Fri 20 Nov 2026 16:00")
DUE = local("Mon 23 Nov 2026 08:30")
LATER = DUE + timedelta(minutes=1)
PATIENCE = 10.0
T = TypeVar("T")


@contextmanager
def workers(count: int = 2) -> Iterator[Callable[[Callable[[], T]], "Future[T]"]]:
    """Threads with connections of their own."""
    with ThreadPoolExecutor(count) as pool:

        def submit(work: Callable[[], T]) -> "Future[T]":
            def run() -> T:
                try:
                    return work()
                finally:
                    connections.close_all()

            return pool.submit(run)

        yield submit


def scope_of(desk: Desk) -> Scope:
    return Scope(provider_id=desk.provider.pk)


def start(desk: Desk, count: int = 1) -> list[int]:
    with open_scope(scope_of(desk)):
        return [desk.start("Urgent", FRIDAY).pk for _ in range(count)]


def kinds(desk: Desk, clock_id: int) -> list[str]:
    with open_scope(scope_of(desk)):
        return list(ClockEvent.objects.filter(clock=clock_id).values_list("kind", flat=True))


@pytest.fixture
def made(new_desk: Callable[[], Desk]) -> Desk:
    return new_desk()


def test_two_sweepers_take_each_step_once(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, str]] = []
    monkeypatch.setattr(steps, "_step_handlers", [lambda step: heard.append((step.clock.pk, step.kind))])
    ids = start(made, 40)
    for moment in (DUE - timedelta(minutes=10), LATER):
        together = Barrier(2)

        def run(moment: object = moment, together: Barrier = together) -> object:
            together.wait(PATIENCE)
            return sweep(now=moment, queues=["clocks"])  # type: ignore[arg-type]

        with workers() as submit:
            for future in [submit(run), submit(run)]:
                future.result()
    assert sorted(heard) == sorted([(key, "warned") for key in ids] + [(key, "breached") for key in ids])
    assert all(kinds(made, key) == ["started", "warned", "breached"] for key in ids)


def _step_of_two(desk: Desk, clock_id: int, *, locked: bool) -> list[str]:
    """What becomes of two workers that look at one due clock at the same time."""
    both = Barrier(2)

    def work() -> str:
        with open_scope(scope_of(desk)):
            rows = Clock.objects.filter(pk=clock_id, wake_at__lte=DUE)
            clock = (rows.select_for_update(skip_locked=True) if locked else rows).first()
            both.wait(PATIENCE)  # neither has written yet
            if clock is None:
                return "nothing to do"
            try:
                with transaction.atomic():
                    clock_step(clock, Moment(DUE))
            except IntegrityError:
                return "took it again and was refused"
            return "took it"

    with workers() as submit:
        return sorted(future.result() for future in [submit(work), submit(work)])


def test_the_lock_keeps_two_workers_from_one_step(made: Desk) -> None:
    (clock_id,) = start(made)
    assert _step_of_two(made, clock_id, locked=True) == ["nothing to do", "took it"]
    assert kinds(made, clock_id).count("breached") == 1


def test_control_without_the_lock_both_take_it_and_only_the_constraint_is_left(made: Desk) -> None:
    (clock_id,) = start(made)
    assert _step_of_two(made, clock_id, locked=False) == ["took it", "took it again and was refused"]
    assert kinds(made, clock_id).count("breached") == 1


def test_an_answer_waits_for_the_sweep_that_holds_the_clock(
    made: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clock_id,) = start(made)
    holding, go_on = Event(), Event()

    def slow(step: ClockStep) -> None:
        holding.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(steps, "_step_handlers", [slow])

    def answer() -> str:
        assert holding.wait(PATIENCE)
        with open_scope(scope_of(made)):
            clock = Clock.objects.get(pk=clock_id)
            assert clock.breached_at is None  # not committed yet
            go_on.set()
            return clock_stop(clock=clock, at=LATER).state

    with workers() as submit:
        sweeping, answering = submit(lambda: sweep(now=LATER, queues=["clocks"])), submit(answer)
        sweeping.result()
        assert answering.result() == "missed"
    assert kinds(made, clock_id) == ["started", "warned", "breached", "missed"]


def test_a_sweep_passes_over_a_clock_that_is_being_answered(made: Desk) -> None:
    (clock_id,) = start(made)
    with open_scope(scope_of(made)):
        clock_stop(clock=Clock.objects.get(pk=clock_id), at=DUE)
        with workers() as submit:
            assert submit(lambda: sweep(now=LATER, queues=["clocks"])).result().done.get("clocks", 0) == 0
    assert kinds(made, clock_id) == ["started", "met"]


def test_a_recomputation_leaves_a_clock_alone_that_is_answered_meanwhile(made: Desk) -> None:
    answered, running = start(made, 2)
    with open_scope(scope_of(made)):
        Closure.objects.create(name="Flood", first_day=date(2026, 11, 23), last_day=date(2026, 11, 23))
    stopped = Event()

    def recalculate() -> int:
        assert stopped.wait(PATIENCE)
        with open_scope(scope_of(made)):
            return recompute(cause="Flood", now=FRIDAY).moved

    with workers() as submit:
        future = submit(recalculate)
        with open_scope(scope_of(made)):
            clock_stop(clock=Clock.objects.get(pk=answered), at=FRIDAY + timedelta(minutes=5))
            stopped.set()
            _until_blocked()
        assert future.result() == 1
    assert kinds(made, answered) == ["started", "met"]
    assert kinds(made, running) == ["started", "recomputed"]


def test_an_edit_waits_for_a_clock_that_is_starting_and_then_moves_it(made: Desk) -> None:
    started = Event()

    def edit() -> int:
        assert started.wait(PATIENCE)
        with open_scope(scope_of(made)):
            return closure_add(name="Flood", first_day=date(2026, 11, 23)).impact.moved

    with workers() as submit:
        future = submit(edit)
        with open_scope(scope_of(made)):
            clock = made.start("Urgent", FRIDAY)
            started.set()
            _until_blocked()
        assert future.result() == 1
    with open_scope(scope_of(made)):
        clock.refresh_from_db()
        assert clock.due_at == local("Tue 24 Nov 2026 08:30")


def test_a_start_waits_for_an_edit_that_is_being_made(made: Desk) -> None:
    edited = Event()

    def begin() -> object:
        assert edited.wait(PATIENCE)
        with open_scope(scope_of(made)):
            return made.start("Urgent", FRIDAY).due_at

    with workers() as submit:
        future = submit(begin)
        with open_scope(scope_of(made)):
            calendar_spec(made.calendar, made.customer.pk)  # what the process remembers from before
            closure_add(name="Flood", first_day=date(2026, 11, 23))
            edited.set()
            _until_blocked()
        assert future.result() == local("Tue 24 Nov 2026 08:30")


def _until_blocked() -> None:
    """Wait until another connection waits for a lock of ours."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waited.")
