"""The sweeper makes and books proposals, each once, whatever dies on the way (rules P2, S14)."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event, current_thread
from time import sleep

import pytest
import time_machine
from django.db import OperationalError, connections

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from contracts.models import Contract
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.visits.conftest import NOW, School, at, make_contract, make_customer, make_school
from visits.models import PlanState, Visit, VisitPlan
from visits.services import checking, plan_work
from visits.services.base import engineers_lock
from visits.services.planning import QUEUE, plan_apply, plan_make

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = {"first_day": date(2026, 11, 24), "last_day": date(2027, 8, 31)}


@pytest.mark.rule("P2", "S14")
def test_the_sweeper_makes_a_proposal_and_books_it_school_by_school(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        with open_scope(cast.staff_scope(name="cass")):
            make_school(cast, visits=4)
            for name in ("elm", "ash"):
                make_contract(make_customer(cast, name), "scheduled-on-demand", 2)
            plan = plan_make(first_day=YEAR["first_day"], last_day=YEAR["last_day"])
        assert sweep(now=NOW, queues=[QUEUE]).done == {QUEUE: 1}
        with open_scope(cast.staff_scope(name="cass")):
            plan.refresh_from_db()
            assert (plan.state, plan.planned.count()) == (PlanState.DRAFT, 8)
            plan_apply(plan=plan)
        # One instant for all of them: each slice moves its row on all the same.
        assert sweep(now=NOW, queues=[QUEUE]).done == {QUEUE: 3}
        assert sweep(now=NOW, queues=[QUEUE]).done == {QUEUE: 0}
        with open_scope(cast.staff_scope()):
            plan.refresh_from_db()
            assert (plan.state, plan.done, plan.total) == (PlanState.APPLIED, 3, 3)
            assert Visit.objects.count() == 8


@pytest.mark.rule("S14")
def test_a_slice_that_fails_leaves_nothing_half_done_and_is_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(NOW, tick=False), open_scope(cast.staff_scope(name="cass")):
        make_school(cast, visits=3)
        plan = plan_make(first_day=YEAR["first_day"], last_day=YEAR["last_day"])
    with time_machine.travel(NOW, tick=False), monkeypatch.context() as broken:
        broken.setattr(plan_work, "plan", lambda problem: 1 / 0)
        assert sweep(now=NOW, queues=[QUEUE]).failed == {QUEUE: 1}
        with open_scope(cast.staff_scope()):
            plan.refresh_from_db()
            assert (plan.state, plan.failures, plan.planned.count()) == (PlanState.WAITING, 1, 0)
            assert plan.is_working
            later = plan.wake_at
            assert later is not None
    with time_machine.travel(later, tick=False):
        assert sweep(now=later, queues=[QUEUE]).done == {QUEUE: 1}
    with open_scope(cast.staff_scope()):
        assert VisitPlan.objects.get().planned.count() == 3


@pytest.mark.rule("P2", "S14")
@pytest.mark.parametrize("schools_at_once", [False, True])
def test_who_books_by_hand_while_the_sweep_books_meets_no_deadlock(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, schools_at_once: bool
) -> None:
    """By hand: the second school's contract, then Tess. The sweep: the first school with Tess, then the second.

    With several schools in one transaction, the control, one of the two is thrown out by the database.
    """
    with time_machine.travel(NOW, tick=False), open_scope(cast.staff_scope(name="cass")):
        willow = make_school(cast, visits=1)
        aspen = School(
            make_contract(make_customer(cast, "aspen"), "scheduled-on-demand", 3), willow.tess, willow.theo
        )
        plan = plan_make(first_day=YEAR["first_day"], last_day=YEAR["last_day"])
    with time_machine.travel(NOW, tick=False):
        assert sweep(now=NOW, queues=[QUEUE]).done == {QUEUE: 1}
        with open_scope(cast.staff_scope(name="cass")):
            plan.planned.update(engineer=willow.tess)
            plan_apply(plan=VisitPlan.objects.get(pk=plan.pk))
    has_booked, has_contract = Event(), Event()
    book_school, lock_engineers = plan_work._book_school, engineers_lock
    if schools_at_once:
        book = plan_work.plan_book
        monkeypatch.setattr(plan_work, "plan_book", lambda row, **_more: book(row))

    def book_first(row: VisitPlan, contract: Contract) -> None:
        book_school(row, contract)
        has_booked.set()
        if contract.pk == willow.contract.pk:
            has_contract.wait(5)
            sleep(0.3)  # so that the other really waits for Tess

    def lock_second(engineers: Iterable[Person]) -> None:
        if current_thread().name.startswith("hand"):
            has_contract.set()
        lock_engineers(engineers)

    monkeypatch.setattr(plan_work, "_book_school", book_first)
    monkeypatch.setattr(checking, "engineers_lock", lock_second)

    def by_hand() -> str:
        has_booked.wait(5)
        try:
            with open_scope(cast.staff_scope(name="ada")):
                aspen.book(at("16:00", "17:00"), kind="on_demand")
        except OperationalError as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(1, thread_name_prefix="hand") as pool:
        following = pool.submit(by_hand)
        swept = sweep(now=NOW, queues=[QUEUE])
        told = following.result(20)
    was_dead = "deadlock detected" in told or swept.failed.get(QUEUE, 0) > 0
    assert was_dead == schools_at_once
