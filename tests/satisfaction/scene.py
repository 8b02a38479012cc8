"""A request of Rita's that is fixed and closed, and the question about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from accounts.tenancy.scope import as_system, open_scope
from delivery.models import OutboundMail
from delivery.sweeper import sweep
from satisfaction.models import SatisfactionQuestion
from tests.cast import Cast
from tests.tickets.test_opening import open_one
from tickets.models import ClosedAs, Ticket
from tickets.services.work import ticket_close, ticket_fix, ticket_reopen

LOGGED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
MAILED = CLOSED + timedelta(minutes=16)


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def closed_ticket(
    cast: Cast, *, at_time: datetime = CLOSED, closed_as: str = ClosedAs.FIXED, **more: Any
) -> Ticket:
    """Tess's, at Oakfield, closed at that time."""
    details: dict[str, Any] = {"logged_at": at_time - timedelta(minutes=20), "level": "Low", **more}
    with at(at_time), open_scope(cast.scope("tess")):
        ticket = open_one(cast, assignee=cast.person("tess"), **details)
        if closed_as == ClosedAs.FIXED:
            ticket_fix(ticket=ticket, author=cast.person("tess"), text="A new lamp is in.")
        words = "Too old to mend." if closed_as == ClosedAs.UNRESOLVED else ""
        return ticket_close(ticket=ticket, closed_as=closed_as, text=words)


def closed_again(cast: Cast, ticket: Ticket, moment: datetime) -> Ticket:
    """Opened again, fixed and closed once more."""
    with at(moment), open_scope(cast.scope("tess")):
        ticket_reopen(ticket=ticket, reason="Dark again")
        ticket_fix(ticket=ticket, author=cast.person("tess"), text="The cable was loose.")
        return ticket_close(ticket=ticket)


def questions(cast: Cast, slug: str = "alder") -> list[SatisfactionQuestion]:
    with open_scope(cast.staff_scope(slug)), as_system():
        return list(SatisfactionQuestion.objects.select_related("ticket").order_by("pk"))


def asked(cast: Cast, **more: Any) -> SatisfactionQuestion:
    """The question about a ticket that has just been closed."""
    ticket = closed_ticket(cast, **more)
    (found,) = [one for one in questions(cast) if one.ticket_id == ticket.pk]
    return found


def sweep_at(moment: datetime) -> None:
    sweep(now=moment, queues=frozenset({"satisfaction"}))


def mails(cast: Cast) -> list[OutboundMail]:
    """Those that ask how we did."""
    with open_scope(cast.staff_scope()):
        return list(OutboundMail.objects.filter(subject__contains="How did we do?").order_by("pk"))
