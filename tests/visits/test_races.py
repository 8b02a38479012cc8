"""Two at once: the engineer's last free slot, and the last purchased visit. One wins, the other is told (P2, P9).

Each runs on a connection of its own that commits. The controls show that the locks are what holds it together.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, connections

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from contracts.models import Contract
from sla import calendars
from tests.cast import Cast
from tests.plugins.baseline import as_login
from tests.visits.conftest import NOW, TUESDAY, School, make_contract, make_customer, make_school
from visits.allowances import allowance_of, ledger_differences
from visits.models import AllowanceKind, Visit, VisitState
from visits.services import booking, checking, visit_move

pytestmark = [pytest.mark.rule("P2", "P9"), pytest.mark.django_db(transaction=True)]

PATIENCE = 10.0
CONSTRAINT = "visit_engineer_in_one_place"


@pytest.fixture(autouse=True)
def _no_versions_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test committed is gone from the database, so it must be gone from memory."""
    for name in ("_specs", "_version_ids", "_hashes"):
        monkeypatch.setattr(calendars, name, type(getattr(calendars, name))(4096))


Act = Callable[[], object]


def raced(cast: Cast, first: Act, second: Act) -> tuple[str, bool]:
    """`first` acts and has not committed when `second` begins, which is given time before `first` commits.

    What `second` was told ('' where it did its work), and whether it had to wait.
    """
    has_acted, may_commit = Event(), Event()

    def begin() -> None:
        try:
            with open_scope(cast.staff_scope(name="cass")):
                first()
                has_acted.set()
                may_commit.wait(PATIENCE)
        finally:
            has_acted.set()
            connections.close_all()

    def follow() -> str:
        has_acted.wait(PATIENCE)
        try:
            with open_scope(cast.staff_scope(name="ada")):
                second()
        except ValidationError as error:
            return " ".join(error.messages)
        finally:
            connections.close_all()
        return ""

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as pool:
        beginning, following = pool.submit(begin), pool.submit(follow)
        try:
            following.result(1)
            has_waited = False
        except TimeoutError:
            has_waited = True
        may_commit.set()
        beginning.result(PATIENCE)
        return following.result(PATIENCE), has_waited


def made(cast: Cast, visits: int = 10) -> tuple[School, School]:
    """Two schools whom the same engineers visit."""
    with open_scope(cast.staff_scope()):
        willow = make_school(cast, visits=visits)
        aspen = make_contract(make_customer(cast, "aspen"), "scheduled-on-demand", visits)
        return willow, School(aspen, willow.tess, willow.theo)


def standing(cast: Cast) -> int:
    with open_scope(cast.staff_scope()):
        for contract in Contract.objects.all():
            assert ledger_differences(contract) == []
        return Visit.objects.filter(state=VisitState.BOOKED).count()


@contextmanager
def without_constraint() -> Iterator[None]:
    """The database's own guard is off, and on again after."""
    with as_login(connection) as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CONSTRAINT])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE visits_visit DROP CONSTRAINT {CONSTRAINT}")
    try:
        yield
    finally:
        with as_login(connection) as cursor:
            cursor.execute("UPDATE visits_visit SET state = 'cancelled'")
            cursor.execute(f"ALTER TABLE visits_visit ADD CONSTRAINT {CONSTRAINT} {definition}")


def lock_nobody(engineers: object) -> None:
    """In place of `engineers_lock`."""


def contract_read(contract_id: int) -> Contract:
    """In place of `contract_lock`."""
    rows = Contract.objects.select_related("package__version", "calendar", "customer__success_manager")
    return rows.get(pk=contract_id)


def test_the_last_slot_of_an_engineer_goes_to_one(cast: Cast) -> None:
    willow, aspen = made(cast)
    told, has_waited = raced(cast, willow.book, aspen.book)
    assert "Tess has another visit then: Willow" in told
    assert has_waited
    assert standing(cast) == 1


def test_without_the_lock_the_database_is_the_last_line(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    willow, aspen = made(cast)
    monkeypatch.setattr(checking, "engineers_lock", lock_nobody)
    told, _has_waited = raced(cast, willow.book, aspen.book)
    assert told == "Tess has another visit at that time."
    assert standing(cast) == 1


def test_control_without_lock_and_constraint_an_engineer_is_in_two_places(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    willow, aspen = made(cast)
    monkeypatch.setattr(checking, "engineers_lock", lock_nobody)
    with without_constraint():
        assert raced(cast, willow.book, aspen.book) == ("", False)
        assert standing(cast) == 2


def book_both(willow: School) -> tuple[Act, Act]:
    """Two visits of one school by two engineers at different times."""
    return (
        lambda: willow.book(willow.slot("AM")),
        lambda: willow.book(willow.slot("PM"), engineer=Person.objects.get(pk=willow.theo.pk)),
    )


def left(cast: Cast, school: School) -> int | None:
    with open_scope(cast.staff_scope()):
        contract = Contract.objects.select_related("package").get(pk=school.contract.pk)
        return allowance_of(contract, AllowanceKind.SCHEDULED_VISIT, TUESDAY).left


def test_the_last_purchased_visit_goes_to_one(cast: Cast) -> None:
    willow, _aspen = made(cast, visits=1)
    told, has_waited = raced(cast, *book_both(willow))
    assert "No scheduled visit is left" in told
    assert has_waited
    assert (standing(cast), left(cast, willow)) == (1, 0)


def test_control_without_the_lock_more_is_used_than_was_purchased(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    willow, _aspen = made(cast, visits=1)
    monkeypatch.setattr(booking, "contract_lock", contract_read)
    assert raced(cast, *book_both(willow)) == ("", False)
    assert left(cast, willow) == -1


def test_of_two_who_move_a_visit_from_the_same_form_one_is_stopped(cast: Cast) -> None:
    willow, _aspen = made(cast)
    with time_machine.travel(NOW, tick=False), open_scope(cast.staff_scope()):
        visit = willow.book()

    def move(slot: str) -> Act:
        return lambda: visit_move(visit=visit, sequence=0, when=willow.slot(slot), reason="Later")

    told, has_waited = raced(cast, move("Lunch"), move("PM"))
    assert "Somebody has changed this visit meanwhile" in told
    assert has_waited
