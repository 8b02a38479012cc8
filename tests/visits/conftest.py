"""Willow, a school with scheduled and on-demand visits, and two engineers who go there on weekdays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine

from accounts.models import Customer, CustomerRole, Person
from accounts.services import contact_create, customer_create
from accounts.tenancy.scope import open_scope
from contracts.models import Contract, Package, VisitSlot
from sla.models import BusinessCalendar, ServiceLevel
from tests.cast import Cast
from visits.models import EngineerHours, Visit, VisitKind
from visits.services import callout_book, visit_book
from visits.when import SlotOn, TimesOn, When

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
TUESDAY = date(2026, 11, 24)


@dataclass
class School:
    """A school with a contract of some package, and who can be sent there."""

    contract: Contract
    tess: Person
    theo: Person

    def slot(self, name: str = "AM", day: date = TUESDAY) -> SlotOn:
        return SlotOn(day, VisitSlot.objects.get(package=self.contract.package, name=name))

    def book(self, when: When | None = None, engineer: Person | None = None, **more: Any) -> Visit:
        """A scheduled visit, on Tuesday morning by Tess where nothing else is said."""
        more.setdefault("kind", VisitKind.SCHEDULED)
        return visit_book(
            contract=self.contract, when=when or self.slot(), engineer=engineer or self.tess, **more
        )

    def call_out(self, when: TimesOn, level: str = "urgent", engineer: Person | None = None) -> Visit:
        return callout_book(
            contract=self.contract,
            level=ServiceLevel.objects.get(key=level),
            when=when,
            engineer=engineer or self.tess,
            reason="No server",
        )


def at(starts: str, ends: str, day: date = TUESDAY) -> TimesOn:
    """Local times, e.g. '09:00' and '10:30'."""
    return TimesOn(day, time.fromisoformat(starts), time.fromisoformat(ends))


def make_school(cast: Cast, *, package: str = "scheduled-on-demand", visits: int = 10) -> School:
    """Inside the scope of Alder's staff; committed or not, as the test is."""
    tess, theo = cast.person("tess"), cast.person("theo")
    for engineer in (tess, theo):
        for weekday in range(5):
            EngineerHours.objects.get_or_create(
                engineer=engineer, weekday=weekday, starts=time(8), defaults={"ends": time(18)}
            )
    customer = make_customer(cast)
    return School(make_contract(customer, package, visits), tess, theo)


def make_customer(cast: Cast, slug: str = "willow") -> Customer:
    customer = customer_create(
        slug=slug, name=slug.title(), domains=(f"{slug}.example",), success_manager=cast.person("cass")
    )
    contact_create(
        customer=customer,
        name="Wilma",
        email=f"wilma@{slug}.example",
        roles=(CustomerRole.IT_LEAD,),
        nominated=True,
    )
    return customer


def make_contract(customer: Customer, package: str, visits: int, **more: Any) -> Contract:
    return Contract.objects.create(
        customer=customer,
        package=Package.objects.get(key=package),
        calendar=BusinessCalendar.objects.get(is_default=True),
        **{"starts_on": date(2026, 9, 1), "visits_purchased": visits, **more},
    )


@pytest.fixture
def alder(cast: Cast) -> Iterator[Cast]:
    """On a Monday morning at nine, as Cass sees it."""
    with time_machine.travel(NOW, tick=False), open_scope(cast.staff_scope(name="cass")):
        yield cast


@pytest.fixture
def willow(alder: Cast) -> School:
    return make_school(alder)
