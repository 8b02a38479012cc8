"""A desk with a school, four levels and the calendar of the worked examples."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Customer, Provider
from accounts.tenancy.scope import Scope, open_scope
from sla.models import BusinessCalendar, Clock, ClockKind, ServiceLevel
from sla.services.clocks import clock_start
from tests import factories

LONDON = ZoneInfo("Europe/London")


def local(text: str) -> datetime:
    """A local time such as `Fri 20 Nov 2026 16:00`."""
    return datetime.strptime(text, "%a %d %b %Y %H:%M").replace(tzinfo=LONDON)


@dataclass(frozen=True)
class Desk:
    """What a clock needs to run."""

    provider: Provider
    customer: Customer
    levels: dict[str, ServiceLevel]
    calendar: BusinessCalendar

    def start(self, level: str, at: datetime, kind: str = ClockKind.RESPONSE, **fields: Any) -> Clock:
        """A clock on the terms of Rule S2; `pausable_for` and the like go into the terms."""
        customer = fields.pop("customer", self.customer)
        apart = fields.pop("apart", "")
        calendar = fields.pop("calendar", self.calendar)
        terms = factories.make_terms(self.levels[level], calendar, **fields)
        return clock_start(customer_id=customer.pk, kind=kind, terms=terms, started_at=at, apart=apart)


def make_desk(slug: str = "concero") -> Desk:
    """A desk; its provider's scope must not be open yet."""
    provider = factories.make_provider(slug)
    with open_scope(Scope(provider_id=provider.pk)):
        factories.make_holidays()
        factories.make_shutdown()
        return Desk(
            provider,
            factories.make_customer(),
            factories.make_levels(),
            factories.make_calendar(is_default=True),
        )


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """A desk whose staff's scope is open."""
    made = make_desk()
    with open_scope(Scope(provider_id=made.provider.pk)):
        yield made


@pytest.fixture
def new_desk(transactional_db: None) -> Callable[[], Desk]:
    """A factory of committed desks, for tests with several connections."""
    return make_desk
