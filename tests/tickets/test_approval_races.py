"""Two who decide at the same time: one answer holds. The control shows that the ticket's lock does it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connections

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.test_requests import MONDAY, ask
from tickets.errors import WrongState
from tickets.models import RequestApproval, Ticket
from tickets.services.approvals import approval_decide
from tickets.services.base import ticket_lock

pytestmark = [pytest.mark.rule("I10", "S14"), pytest.mark.django_db(transaction=True)]
PATIENCE = 10.0


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.mark.parametrize(
    ("is_locked", "ends", "told"), [(True, ["done", "told"], 1), (False, ["done", "done"], 2)]
)
def test_one_decision_holds(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, is_locked: bool, ends: list[str], told: int
) -> None:
    both = Barrier(2, timeout=PATIENCE)

    def meet(ticket: Ticket) -> Ticket:
        """Both come here; the second waits for the first to commit."""
        both.wait()
        return ticket_lock(ticket)

    def may_both(by: Person, approval: RequestApproval) -> bool:
        """Without the lock both have read by now, and neither has written."""
        both.wait()
        return True

    with open_scope(cast.scope("rita")):
        ticket = ask(cast, "equipment")
    if is_locked:
        monkeypatch.setattr("tickets.services.approvals.ticket_lock", meet)
    else:
        monkeypatch.setattr(
            "tickets.services.approvals.ticket_lock", lambda one: Ticket.objects.get(pk=one.pk)
        )
        monkeypatch.setattr("tickets.services.approvals.may_decide", may_both)

    def decide(who: str) -> str:
        try:
            with open_scope(cast.scope(who)):
                approval_decide(ticket=ticket, by=cast.person(who), approve=False, note=who)
        except WrongState:
            return "told"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(decide, who) for who in ("bea", "rob")]
        assert sorted(one.result(PATIENCE) for one in waiting) == ends
    with open_scope(cast.staff_scope()):
        assert OutboundMail.objects.filter(text__contains="has declined your request").count() == told
