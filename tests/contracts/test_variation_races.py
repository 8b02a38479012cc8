"""A variation against a clock that is starting: each on a connection of its own that commits (rules P8, S13)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import pytest
import time_machine
from django.db import connections

from accounts.tenancy.scope import open_scope
from contracts import selectors
from contracts.models import Contract
from contracts.selectors import terms_for
from contracts.services.variations import VariedValue, variation_add
from contracts.variations import variations_of
from sla import calendars
from sla.models import Clock, ClockKind, ServiceLevel
from sla.services.clocks import clock_start
from tests.cast import Cast

pytestmark = [pytest.mark.rule("P8", "S13"), pytest.mark.django_db(transaction=True)]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_versions_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test committed is gone from the database, so it must be gone from memory."""
    for name in ("_version_ids", "_hashes"):
        monkeypatch.setattr(calendars, name, type(getattr(calendars, name))(4096))


def raced(cast: Cast) -> tuple[int, bool]:
    """A request reads its terms, somebody saves a variation, the request starts its clock.

    Gives the allowance of the clock in the end, and whether the variation had to wait.
    """
    has_read, may_start = Event(), Event()

    def start() -> None:
        with open_scope(cast.staff_scope(name="tess")):
            contract = Contract.objects.select_related("package__version").get(customer__slug="oakfield")
            level = ServiceLevel.objects.get(key="urgent")
            terms = terms_for(contract=contract, level=level, started_on=MONDAY.date())
            has_read.set()
            may_start.wait(10)
            clock_start(
                customer_id=contract.customer_id, kind=ClockKind.RESPONSE, terms=terms, started_at=MONDAY
            )
        connections.close_all()

    def vary() -> None:
        has_read.wait(10)
        with open_scope(cast.staff_scope(name="cass")):
            contract = Contract.objects.select_related("package__version").get(customer__slug="oakfield")
            variation_add(
                contract=contract,
                varied="response",
                value=VariedValue(level=ServiceLevel.objects.get(key="urgent"), number=30),
                holds_from=MONDAY.date(),
                approved_by=cast.person("cass"),
            )
        connections.close_all()

    with time_machine.travel(MONDAY, tick=False), ThreadPoolExecutor(2) as pool:
        starting, varying = pool.submit(start), pool.submit(vary)
        try:
            varying.result(3)
            has_waited = False
        except TimeoutError:
            has_waited = True
        may_start.set()
        starting.result(10)
        varying.result(10)
    with open_scope(cast.staff_scope()):
        return Clock.objects.get().allowance_minutes, has_waited


def test_a_variation_waits_for_a_clock_that_is_starting_and_finds_it(cast: Cast) -> None:
    assert raced(cast) == (30, True)


def test_control_without_holding_what_was_read_the_clock_starts_on_old_terms(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "variations_held", variations_of)
    assert raced(cast) == (60, False)
