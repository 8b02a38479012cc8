"""Reads of the portal over several schools: what is open in each, and one list of it all (rules I6, T2).

Both start from `visible_tickets`: all of a school for those who lead it, one's own for everybody else, confidential
ones for their readers alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Person
from tickets.models import OPEN_STATES, UNDER_WAY, Ticket, TicketState
from tickets.queue import is_due_soon, is_missed, number_in
from tickets.selectors import visible_tickets

ORDER = "next_due_at"
# What a row shows of a request, read along with it.
SHOWN_WITH = (
    "customer",
    "requester",
    "level",
    "response_clock",
    "fix_clock",
    "contract__package",
    "approval",
)
NEEDS: dict[str, str | Promise] = {
    "": _("Everything that is open"),
    "you": _("Waiting for you"),
    "approval": _("Waiting for approval"),
    "missed": _("Late"),
    "soon": _("Due soon"),
}


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many requests of a school are open to the person's eyes, and how many of them need something."""

    open: int = 0
    you: int = 0
    approval: int = 0
    missed: int = 0
    soon: int = 0


def open_counts(person: Person, customer_ids: Collection[int], now: datetime) -> dict[int, OpenCounts]:
    """For each of these schools, in one query."""
    names = [name for name in NEEDS if name]
    rows = (
        visible_tickets(person)
        .filter(customer_id__in=customer_ids, state__in=UNDER_WAY)
        .order_by()
        .values("customer_id")
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            **{name: Count("pk", filter=needs(name, now)) for name in names},
        )
        .values_list("customer_id", "open", *names)
    )
    found = {key: OpenCounts(*counts) for key, *counts in rows}
    return {key: found.get(key, OpenCounts()) for key in customer_ids}


def open_requests(
    person: Person, now: datetime, *, school: Customer | None = None, words: str = "", need: str = ""
) -> QuerySet[Ticket]:
    """What is under way at all of the person's schools, or at one; with these words in the subject or this number, in
    no order yet.

    Subjects are read as they stand: the index of open tickets finds the few that are left for a person of a school.
    """
    rows = visible_tickets(person).filter(needs(need, now), state__in=UNDER_WAY).select_related(*SHOWN_WITH)
    if words:
        rows = rows.filter(Q(number=number_in(words) or 0) | Q(subject__icontains=words))
    return rows.filter(customer=school) if school else rows


def needs(name: str, now: datetime) -> Q:
    """The requests with one of NEEDS."""
    if name == "you":
        return Q(state=TicketState.WAITING_CUSTOMER)
    if name == "approval":
        return Q(state=TicketState.WAITING_APPROVAL)
    if name == "missed":
        return Q(state__in=OPEN_STATES) & is_missed(now)
    return Q(state__in=OPEN_STATES) & is_due_soon(now) if name == "soon" else Q()
