"""The demo's visits can be planned as it is loaded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from delivery.due import Moment
from demo.school_year import school_terms
from tests.demo.test_demo import load, scope_of
from visits.models import PlanState
from visits.services.plan_work import plan_turn
from visits.services.planning import plan_make

pytestmark = pytest.mark.django_db


@pytest.mark.rule("P2")
def test_a_year_of_visits_is_proposed_for_the_demo() -> None:
    load("--provider", "concero", "--tickets", "10")
    today = timezone.now().date()
    with open_scope(scope_of("concero")):
        plan = plan_make(first_day=today, last_day=today + timedelta(days=364))
        plan_turn(plan, Moment(timezone.now()))
        assert plan.state == PlanState.DRAFT
        assert plan.planned.filter(in_term=True).count() > 20
        assert not plan.figures["without_terms"]


def test_terms_follow_each_other_in_every_year() -> None:
    for year in range(2020, 2040):
        terms = school_terms(year)
        days = [day for term in terms for day in (term.first_day, term.last_day)]
        assert days == sorted(set(days))
