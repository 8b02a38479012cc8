"""Tickets as they lie about after a year: closed ones that say what is normal, open ones, urgent ones."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sla.desk_time import desk_hours_later
from sla.models import ServiceLevel
from tests.cast import Cast
from tickets.models import Category, Channel, ClosedAs, Ticket, TicketState

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # a Friday, before the desk opens
LOGGED = datetime(
    2026, 11, 2, 9, 0, tzinfo=UTC
)  # a Monday, 14 days of 8.5 working hours before, less one hour
DAY = timedelta(days=1)
_numbers: Iterator[int] = count(70_000)


def ticket(cast: Cast, school: str = "oakfield", *, level: str = "Medium", **more: Any) -> Ticket:
    """A ticket without clocks, mail and all else that only an opened one has. Needs an open scope."""
    who = {"oakfield": "rita", "hillside": "hugo", "riverside": "rose"}[school]
    logged_at = more.pop("logged_at", LOGGED)
    return Ticket(
        customer=cast.customer(school),
        number=next(_numbers),
        channel=more.pop("channel", Channel.PORTAL),
        subject="A slow laptop",
        requester=cast.person(who),
        level=ServiceLevel.objects.get(name=level),
        logged_at=logged_at,
        last_message_at=logged_at,
        **more,
    )


def closed(
    cast: Cast,
    hours: Sequence[int],
    *,
    logged_at: datetime = datetime(2026, 9, 7, 8, 0, tzinfo=UTC),
    **more: Any,
) -> list[Ticket]:
    """Tickets that took so many working hours each, closed two days after the fix."""
    rows = []
    for one in hours:
        fixed_at = desk_hours_later(logged_at, one)
        rows.append(
            ticket(
                cast,
                logged_at=logged_at,
                state=TicketState.CLOSED,
                closed_as=more.get("closed_as", ClosedAs.FIXED),
                fixed_at=fixed_at,
                closed_at=fixed_at + 2 * DAY,
                **{key: value for key, value in more.items() if key != "closed_as"},
            )
        )
    return Ticket.objects.bulk_create(rows)


def open_ticket(cast: Cast, **more: Any) -> Ticket:
    """One that has been open for long, unless told otherwise."""
    row = ticket(cast, state=more.pop("state", TicketState.OPEN), **more)
    row.save()
    return row


def category(key: str = "printing") -> Category:
    found = Category.objects.filter(key=key).first()
    return found or Category.objects.create(key=key, name=key.title())


USUAL = [2] * 10 + [6] * 8 + [22] * 2  # hours of twenty tickets: half within 2, nine of ten within 6
