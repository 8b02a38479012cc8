"""Two who take the same act back at the same time: it happens once. The control shows that the row's lock does it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.db import connections

from accounts.models import AuditEntry
from accounts.permissions import STAFF_PERMISSIONS
from accounts.tenancy.scope import open_scope
from tests.cast import ALDER_STAFF, Cast
from tests.tickets.test_bulk import MONDAY, shown
from tests.tickets.test_opening import open_one
from tickets.errors import WrongState
from tickets.models import BulkAction, BulkKind
from tickets.services import bulk
from tickets.services.bulk import bulk_act, bulk_undo
from tickets.services.bulk_kinds import Asked

pytestmark = [pytest.mark.rule("S14"), pytest.mark.django_db(transaction=True)]
PATIENCE = 20.0
LOCKED = bulk._locked


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.mark.parametrize(("is_locked", "ends"), [(True, ["done", "told"]), (False, ["done", "done"])])
def test_it_is_taken_back_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, is_locked: bool, ends: list[str]
) -> None:
    both = Barrier(2, timeout=PATIENCE)

    def meet(action: BulkAction) -> BulkAction:
        """Both come here; with the lock the second reads after the first has committed, without it both read now."""
        if is_locked:
            both.wait()
            return LOCKED(action)
        row = BulkAction.objects.get(pk=action.pk)
        both.wait()
        return row

    with open_scope(cast.staff_scope(name="tess")):
        ticket = open_one(cast)
        action = bulk_act(
            asked=Asked(BulkKind.ASSIGN, owner=cast.person("theo")),
            chosen=shown(ticket),
            by=cast.person("tess"),
            permissions=STAFF_PERMISSIONS[ALDER_STAFF["tess"]],
            once=uuid4(),
        )
    monkeypatch.setattr("tickets.services.bulk._locked", meet)

    def undo() -> str:
        try:
            with open_scope(cast.staff_scope(name="tess")):
                bulk_undo(action=action, by=cast.person("tess"))
        except WrongState:
            return "told"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(undo) for _ in range(2)]
        assert sorted(one.result(PATIENCE) for one in waiting) == ends
    with open_scope(cast.staff_scope()):
        undone = AuditEntry.objects.filter(action="bulk.undone", object_id=action.pk).count()
        assert undone == ends.count("done")


@pytest.mark.parametrize(("is_claimed", "acts"), [(True, 1), (False, 2)])
def test_a_form_that_is_sent_twice_acts_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, is_claimed: bool, acts: int
) -> None:
    once = uuid4()
    both = Barrier(2, timeout=PATIENCE)
    with open_scope(cast.staff_scope(name="tess")):
        chosen = shown(open_one(cast))

    def send() -> int:
        try:
            with open_scope(cast.staff_scope(name="tess")):
                both.wait()
                return bulk_act(
                    asked=Asked(BulkKind.ASSIGN, owner=cast.person("theo")),
                    chosen=chosen,
                    by=cast.person("tess"),
                    permissions=STAFF_PERMISSIONS[ALDER_STAFF["tess"]],
                    once=once if is_claimed else uuid4(),
                ).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(send) for _ in range(2)]
        assert len({one.result(PATIENCE) for one in waiting}) == acts
    with open_scope(cast.staff_scope()):
        assert BulkAction.objects.count() == acts
