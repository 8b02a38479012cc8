"""The sweeper makes and books proposals, each once, whatever dies on the way (rules P2, S14)."""

from datetime import date

import pytest
import time_machine

from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.visits.conftest import NOW, make_contract, make_customer, make_school
from visits.models import PlanState, Visit, VisitPlan
from visits.services import plan_work
from visits.services.planning import QUEUE, plan_apply, plan_make

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = {"first_day": date(2026, 11, 24), "last_day": date(2027, 8, 31)}


@pytest.mark.rule("P2", "S14")
def test_the_sweeper_makes_a_proposal_and_books_it_in_slices(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_work, "SLICE_SECONDS", 0.0)  # one school a slice
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
