"""The daily look: what is out of the ordinary is put up for review, each once (rules S12, S14)."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import StaffRole
from accounts.responsible import holders_of
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider, current_provider_id, current_scope
from delivery.due import Moment
from delivery.services import notification_add
from reviews.models import Review, ReviewKind, ReviewRound
from reviews.normal import (
    LAST_DAYS,
    YEAR_DAYS,
    Kind,
    Normal,
    SchoolCounts,
    has_many,
    holding,
    is_long,
    school_normals,
)
from reviews.services.learning import normals_learn
from sla.desk_time import desk_minutes_many
from sla.models import ServiceLevel
from sla.times import local_day, local_instant
from tickets.changes import Happened, TicketEvent
from tickets.models import NOT_COUNTED, Category, Channel, Ticket, TicketState

LOOKS_AT = time(5)  # local to the desk
# Tickets put up by one look, the furthest beyond normal first: a list that can be worked through.
AT_MOST = 20
QUIET = timedelta(days=90)  # in which a school does not come up again
HIGH_RANK = 2  # urgent and high
WORKED_ON = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING_THIRD_PARTY)

# Numbers of tickets alone; a school's history begins with its first ticket, and goes back a year at most.
SCHOOLS = """
    SELECT customer.id, ticket.recent, ticket.past,
           least(greatest(extract(day FROM %(recent)s - first.logged_at)::int, 0), %(year)s) AS past_days,
           (SELECT count(*) FROM accounts_customermembership member
             WHERE member.provider_id = customer.provider_id AND member.customer_id = customer.id) AS people
      FROM accounts_customer customer
      JOIN LATERAL (
        SELECT logged_at FROM tickets_ticket
         WHERE provider_id = customer.provider_id AND customer_id = customer.id
         ORDER BY logged_at LIMIT 1
      ) first ON true
      JOIN LATERAL (
        SELECT count(*) FILTER (WHERE logged_at >= %(recent)s) AS recent,
               count(*) FILTER (WHERE logged_at < %(recent)s) AS past
          FROM tickets_ticket
         WHERE provider_id = customer.provider_id AND customer_id = customer.id
           AND logged_at >= %(start)s AND logged_at < %(now)s AND level_id = ANY (%(levels)s)
           AND channel <> %(monitoring)s AND NOT closed_as = ANY (%(not_counted)s)
      ) ticket ON true
     WHERE customer.provider_id = %(provider)s AND customer.is_active
"""


def rounds_begin(events: Sequence[TicketEvent]) -> None:
    """A provider's first closed ticket begins its history, and with it the daily look."""
    closed = [event.at for event in events if event.kind is Happened.CLOSED]
    if not closed:
        return
    with nullcontext() if current_scope().is_staff else as_provider():  # a school closes tickets too
        if not ReviewRound.objects.exists():
            ReviewRound.objects.bulk_create(
                [ReviewRound(wake_at=next_look(closed[0]))], ignore_conflicts=True
            )


def reviews_look(round_: ReviewRound, moment: Moment) -> None:
    """The sweeper's work, once a day: learn, look, put up, tell. It holds the round's lock meanwhile."""
    now = moment.now
    reviews_put_up(reviews_find(now))
    _tell(round_, now)
    round_.looked_at, round_.wake_at = now, next_look(now)
    round_.save()


def reviews_find(now: datetime) -> list[Review]:
    """Learn what is normal, and answer what lies beyond it and has not come up; not stored yet."""
    return [*_long_tickets(normals_learn(now), now), *_busy_schools(now)]


def reviews_put_up(rows: Sequence[Review]) -> None:
    """Put these up, but none that is up already: the table's constraints say so, whoever else adds meanwhile."""
    Review.objects.bulk_create(rows, ignore_conflicts=True)


def _long_tickets(normals: dict[Kind, Normal], now: datetime) -> list[Review]:
    """Tickets that we work on and that have been open longer than normal for their kind, never put up before."""
    known = Review.objects.filter(ticket=OuterRef("pk"))
    rows = Ticket.objects.filter(~Exists(known), state__in=WORKED_ON, logged_at__lt=now)
    tickets = list(rows.exclude(channel=Channel.MONITORING))
    ages = desk_minutes_many([one.logged_at for one in tickets], [now] * len(tickets))
    found: list[tuple[float, Ticket, dict[str, Any]]] = []
    for ticket, minutes in zip(tickets, ages, strict=True):
        held = holding(normals, (ticket.category_id, ticket.level_id))
        if held is not None and is_long(minutes, held[1]):
            excess = minutes / max(held[1].ninth, 1)
            found.append((excess, ticket, _ticket_figures(minutes, *held)))
    found.sort(key=lambda one: (-one[0], one[1].pk))
    names = _Names()
    return [
        Review(
            customer_id=ticket.customer_id,
            kind=ReviewKind.TICKET,
            ticket=ticket,
            figures={**figures, **names.of(figures)},
            found_at=now,
        )
        for _excess, ticket, figures in found[:AT_MOST]
    ]


def _ticket_figures(minutes: int, kind: Kind, normal: Normal) -> dict[str, Any]:
    return {
        "minutes": minutes,
        "category_id": kind[0],
        "level_id": kind[1],
        "tickets": normal.tickets,
        "median": normal.median,
        "ninth": normal.ninth,
    }


class _Names:
    """The names of categories and levels as they are now: figures keep them, whatever becomes of the rows."""

    def __init__(self) -> None:
        self._categories = dict(Category.objects.values_list("pk", "name"))
        self._levels = dict(ServiceLevel.objects.values_list("pk", "name"))

    def of(self, figures: dict[str, Any]) -> dict[str, str]:
        return {
            "category": self._categories.get(figures["category_id"], ""),
            "level": self._levels[figures["level_id"]],
        }


def _busy_schools(now: datetime) -> list[Review]:
    """Schools with more urgent and high tickets than normal, not looked at in the last weeks."""
    counts = _school_counts(now)
    normals = school_normals(counts)
    lately = Review.objects.filter(kind=ReviewKind.SCHOOL, found_at__gt=now - QUIET)
    quiet = set(lately.values_list("customer_id", flat=True))
    return [
        Review(
            customer_id=key,
            kind=ReviewKind.SCHOOL,
            figures={
                "recent": one.recent,
                "own": normals[key].own,
                "by_size": normals[key].by_size,
                "people": one.people,
            },
            found_at=now,
        )
        for key, one in counts.items()
        if key not in quiet and has_many(one, normals[key])
    ]


def _school_counts(now: datetime) -> dict[int, SchoolCounts]:
    recent = now - timedelta(days=LAST_DAYS)
    levels = ServiceLevel.objects.filter(rank__lte=HIGH_RANK)
    parameters: dict[str, Any] = {
        "provider": current_provider_id(),
        "now": now,
        "recent": recent,
        "start": recent - timedelta(days=YEAR_DAYS),
        "year": YEAR_DAYS,
        "levels": list(levels.values_list("pk", flat=True)),
        "monitoring": Channel.MONITORING.value,
        "not_counted": [str(ending) for ending in NOT_COUNTED],
    }
    with connection.cursor() as cursor:
        cursor.execute(SCHOOLS, parameters)
        return {row[0]: SchoolCounts(*row[1:]) for row in cursor.fetchall()}


def _tell(round_: ReviewRound, now: datetime) -> None:
    """Leads and success managers hear once a day how many are new; without a word of any."""
    new = Review.objects.filter(found_at=now)
    number = new.filter(ticket__isnull=True).count() + new.filter(ticket__is_confidential=False).count()
    if not number:
        return
    provider = current_provider()
    summary = ngettext("%(number)s new review", "%(number)s new reviews", number) % {"number": number}
    day = local_day(now, provider.time_zone).isoformat()
    people = [*holders_of(StaffRole.SUCCESS_MANAGER), *holders_of(StaffRole.TECHNICAL_LEAD)]
    for person_id in dict.fromkeys(people):
        notification_add(
            person_id=person_id,
            key=f"reviews:{round_.pk}:{day}",
            summary=summary,
            path=reverse("reviews:list", args=[provider.slug]),
        )


def next_look(now: datetime) -> datetime:
    """Early on the next day, local to the desk."""
    zone = current_provider().time_zone
    return local_instant(local_day(now, zone) + timedelta(days=1), LOOKS_AT, zone)
