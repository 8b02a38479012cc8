"""Which contract holds, what it promises, and what it covers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Customer
from accounts.services import customer_create
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Answer, ClauseTopic, Contract, Package, PackageClause, PausePolicy
from contracts.presets import CONCERO
from contracts.selectors import (
    NoPromise,
    channel_answer,
    contract_on,
    default_terms,
    renewals_due,
    terms_for,
    topic_answer,
)
from contracts.services import contract_create, provider_install
from sla.models import BusinessCalendar, ServiceLevel, ServiceTarget

pytestmark = pytest.mark.django_db

DESK = ("email", "phone", "chat", "portal")
NOT_THE_DESK = ("on_site", "monitoring")
PACKAGES = ("scheduled-on-demand", "cloud", "scheduled", "full-managed", "on-demand")


@pytest.fixture(autouse=True)
def _scope() -> Iterator[None]:
    with open_scope(Scope(provider_id=provider_install(CONCERO).pk)):
        yield


@pytest.fixture
def school() -> Customer:
    return customer_create(slug="oakfield", name="Oakfield Primary School")


def sign(school: Customer, package: str = "on-demand", **terms: Any) -> Contract:
    terms.setdefault("starts_on", date(2026, 9, 1))
    return contract_create(
        customer=school,
        package=Package.objects.get(key=package),
        calendar=BusinessCalendar.objects.get(is_default=True),
        **terms,
    )


@pytest.mark.rule("P1", "I9")
def test_desk_channels_are_refused_to_scheduled_support_only(school: Customer) -> None:
    for package in PACKAGES:
        contract = Contract(package=Package.objects.get(key=package), customer=school)
        for channel in DESK + NOT_THE_DESK:
            found = channel_answer(contract=contract, channel=channel)
            refused = package == "scheduled" and channel in DESK
            assert found.answer == (Answer.NO_DESK_ACCESS if refused else Answer.COVERED), (package, channel)
            assert found.topic == ClauseTopic.DESK_ACCESS
            assert found.wording
            assert found.package.key == package


@pytest.mark.rule("P1", "I9")
def test_the_refusal_carries_the_clause_that_decided_it(school: Customer) -> None:
    found = channel_answer(contract=sign(school, "scheduled"), channel="email")
    clause = PackageClause.objects.get(package__key="scheduled", topic=ClauseTopic.DESK_ACCESS)
    assert found.wording == clause.wording
    assert "technician" in found.wording


@pytest.mark.rule("P1")
@pytest.mark.parametrize("has_access", [True, False])
def test_the_switch_of_a_package_without_a_clause_decides(school: Customer, has_access: bool) -> None:
    contract = sign(school)
    PackageClause.objects.filter(topic=ClauseTopic.DESK_ACCESS).delete()
    Package.objects.update(has_desk_access=has_access)
    contract.refresh_from_db()
    found = channel_answer(contract=contract, channel="phone")
    assert (found.answer == Answer.NO_DESK_ACCESS) is not has_access


@pytest.mark.rule("P1")
def test_a_topic_answers_with_its_clause_or_asks_the_success_manager(school: Customer) -> None:
    contract = sign(school)
    hardware = topic_answer(contract=contract, topic=ClauseTopic.HARDWARE)
    assert hardware.answer == Answer.LIMITED
    assert "warranty" in hardware.wording
    PackageClause.objects.filter(package=contract.package, topic=ClauseTopic.SIMS).delete()
    assert topic_answer(contract=contract, topic=ClauseTopic.SIMS).answer == Answer.QUOTE


def test_the_contract_of_a_day_includes_its_first_and_last(school: Customer) -> None:
    first = sign(school, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31))
    second = sign(school, starts_on=date(2026, 9, 1))
    expected = {
        date(2025, 8, 31): None,
        date(2025, 9, 1): first,
        date(2026, 8, 31): first,
        date(2026, 9, 1): second,
        date(2040, 1, 1): second,
    }
    for day, contract in expected.items():
        assert contract_on(customer_id=school.pk, day=day) == contract


@pytest.mark.rule("S2")
def test_terms_are_those_of_the_edition(school: Customer) -> None:
    contract = sign(school)
    found = {
        level.name: (terms.response_minutes, terms.fix_minutes, terms.target_percent, terms.warn_percent)
        for level in ServiceLevel.objects.all()
        for terms in [terms_for(contract=contract, level=level)]
    }
    assert found == {
        "Urgent": (60, 480, 95, 75),
        "High": (120, 960, 95, 75),
        "Medium": (240, 2400, 95, 75),
        "Low": (480, 4800, 95, 75),
    }
    assert default_terms(level=ServiceLevel.objects.get(key="high")).response_minutes == 120


@pytest.mark.rule("S10")
@pytest.mark.parametrize(
    ("policy", "grants"),
    [
        (PausePolicy.STRICT, set()),
        (PausePolicy.FIX_WAITS_FOR_CUSTOMER, {"customer"}),
        (PausePolicy.FIX_WAITS_FOR_ANYONE, {"customer", "third_party"}),
    ],
)
def test_the_pause_policy_says_whom_the_fix_clock_may_wait_for(
    school: Customer, policy: PausePolicy, grants: set[str]
) -> None:
    terms = terms_for(contract=sign(school, pause_policy=policy), level=ServiceLevel.objects.get(key="low"))
    assert terms.pausable_for == grants
    assert terms.pauses("response") == []


@pytest.mark.rule("S3", "P8")
def test_the_clock_runs_in_the_contracts_own_hours(school: Customer) -> None:
    window = BusinessCalendar.objects.create(name="Evenings", nation="")
    contract = sign(school)
    contract.calendar = window
    assert terms_for(contract=contract, level=ServiceLevel.objects.get(key="low")).calendar_id == window.pk


def test_a_level_without_a_target_is_said_so(school: Customer) -> None:
    ServiceTarget.objects.filter(level__key="low").delete()
    with pytest.raises(NoPromise, match="no target for level Low"):
        terms_for(contract=sign(school), level=ServiceLevel.objects.get(key="low"))


def test_renewals_due_are_those_that_nothing_follows(school: Customer) -> None:
    today = date(2026, 11, 20)
    ending = sign(school, starts_on=date(2025, 12, 1), ends_on=date(2026, 12, 31))
    other = customer_create(slug="elm", name="Elm Grove")
    sign(other, starts_on=date(2025, 12, 1), ends_on=date(2026, 12, 31))
    assert renewals_due(today=today).count() == 2
    sign(other, starts_on=date(2027, 1, 1))
    assert list(renewals_due(today=today)) == [ending]
    assert not renewals_due(today=today, within=timedelta(days=30)).exists()
