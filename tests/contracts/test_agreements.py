"""Contracts begin, change, end and follow each other; never two at once."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Customer
from accounts.services import customer_create
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract, Package, PausePolicy
from contracts.presets import CONCERO
from contracts.services import (
    contract_change,
    contract_create,
    contract_end,
    contract_renew,
    provider_install,
)
from sla.models import BusinessCalendar

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope() -> Iterator[None]:
    with open_scope(Scope(provider_id=provider_install(CONCERO).pk)):
        yield


@pytest.fixture
def school() -> Customer:
    return customer_create(slug="oakfield", name="Oakfield Primary School")


def sign(
    school: Customer, starts_on: date, ends_on: date | None = None, package: str = "on-demand"
) -> Contract:
    return contract_create(
        customer=school,
        package=Package.objects.get(key=package),
        calendar=BusinessCalendar.objects.get(is_default=True),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.first()
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2026, 8, 31), None),
        (date(2025, 1, 1), date(2025, 9, 1)),
        (date(2025, 10, 1), date(2025, 10, 1)),
        (date(2025, 1, 1), None),
    ],
)
def test_two_contracts_never_hold_on_one_day(school: Customer, starts: date, ends: date | None) -> None:
    sign(school, date(2025, 9, 1), date(2026, 8, 31))
    with pytest.raises(ValidationError, match="already holds from 2025-09-01 to 2026-08-31"):
        sign(school, starts, ends)
    assert Contract.objects.count() == 1


def test_the_database_refuses_an_overlap_as_well(school: Customer) -> None:
    first = sign(school, date(2025, 9, 1))
    with pytest.raises(IntegrityError, match="contract_one_at_a_time"), transaction.atomic():
        Contract.objects.create(
            customer=school, package=first.package, calendar=first.calendar, starts_on=date(2026, 1, 1)
        )


def test_another_customers_contract_is_no_overlap(school: Customer) -> None:
    sign(school, date(2025, 9, 1))
    sign(customer_create(slug="elm", name="Elm Grove"), date(2025, 9, 1))


def test_days_the_wrong_way_round_are_refused(school: Customer) -> None:
    with pytest.raises(ValidationError, match="last day is before the first"):
        sign(school, date(2025, 9, 1), date(2025, 8, 31))


def test_a_change_is_audited_with_before_and_after(school: Customer) -> None:
    contract = sign(school, date(2025, 9, 1))
    cloud = Package.objects.get(key="cloud")
    changes = {
        "package": cloud,
        "visits_purchased": 12,
        "pause_policy": PausePolicy.STRICT,
        "notes": "secret",
    }
    contract_change(contract=contract, changes=changes, reason="Signed on paper")
    assert last_entry().changes == {
        "package": ["On-Demand Support", "Cloud Support"],
        "visits_purchased": [0, 12],
        "notes": ["…", "…"],
    }
    assert last_entry().reason == "Signed on paper"
    assert last_entry().customer_id == school.pk


def test_a_change_of_nothing_is_no_change(school: Customer) -> None:
    contract = sign(school, date(2025, 9, 1))
    before = AuditEntry.objects.count()
    contract_change(contract=contract, changes={"visits_purchased": 0})
    assert AuditEntry.objects.count() == before


def test_the_customer_of_a_contract_never_changes(school: Customer) -> None:
    with pytest.raises(ValueError, match="does not change its customer"):
        contract_change(contract=sign(school, date(2025, 9, 1)), changes={"customer": school})


def test_an_end_before_the_start_is_refused(school: Customer) -> None:
    contract = sign(school, date(2025, 9, 1))
    with pytest.raises(ValidationError, match="starts after this day"):
        contract_end(contract=contract, last_day=date(2025, 8, 31))
    contract_end(contract=contract, last_day=date(2026, 8, 31), reason="Left the trust")
    assert last_entry().changes == {"ends_on": [None, "2026-08-31"]}


@pytest.mark.rule("P8")
def test_a_renewal_ends_the_old_contract_the_day_before_and_keeps_its_terms(school: Customer) -> None:
    old = sign(school, date(2025, 9, 1))
    contract_change(contract=old, changes={"visits_purchased": 23})
    new = contract_renew(
        contract=old, starts_on=date(2026, 9, 1), package=Package.objects.get(key="scheduled")
    )
    old.refresh_from_db()
    assert old.ends_on == date(2026, 8, 31)
    assert (new.package.key, new.visits_purchased, new.starts_on) == ("scheduled", 23, date(2026, 9, 1))
