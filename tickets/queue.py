"""The queue: open tickets by their true next deadline, in views with counts, paged by key.

Each view is a condition on tickets. Counts stop at COUNT_LIMIT, so that their cost does not grow with what is stored.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Count, F, IntegerField, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Provider
from accounts.tenancy.scope import current_scope
from tickets.models import OPEN_STATES, Ticket, TicketState
from tickets.search import tickets_found

PAGE_SIZE = 50
COUNT_LIMIT = 500
# What the table shows of a ticket, read along with it.
SHOWN_WITH = (
    "customer",
    "requester",
    "level",
    "assignee",
    "team",
    "response_clock",
    "fix_clock",
    "contract__package",
    "coverage",
)

Condition = Callable[[Person, datetime], Q]


def is_missed(now: datetime) -> Q:
    """A deadline has passed. With the two below, each open ticket is exactly one of the three."""
    return Q(next_due_at__lt=now)


def is_due_soon(now: datetime) -> Q:
    """A warning point has passed, no deadline yet (Rule S11): it lies in working time."""
    return Q(next_due_at__gte=now, next_warn_at__lte=now)


def is_fine(now: datetime) -> Q:
    """There is time left before the warning, or nothing runs towards a limit."""
    in_time = Q(next_due_at__gte=now) & (Q(next_warn_at__isnull=True) | Q(next_warn_at__gt=now))
    return Q(next_due_at__isnull=True) | in_time


@dataclass(frozen=True, slots=True)
class View:
    """A named selection of open tickets."""

    key: str
    label: str | Promise
    icon: str
    condition: Condition


VIEWS = {
    view.key: view
    for view in (
        View("open", _("All open"), "inbox", lambda person, now: Q()),
        View("mine", _("Mine"), "user-round", lambda person, now: Q(assignee=person)),
        View(
            "unassigned",
            _("Without an owner"),
            "user-round-x",
            lambda person, now: Q(assignee__isnull=True) | Q(assignee__is_active=False),
        ),
        View("missed", _("Missed"), "octagon-alert", lambda person, now: is_missed(now)),
        View("soon", _("Due soon"), "clock-alert", lambda person, now: is_due_soon(now)),
        View("fine", _("In good time"), "circle-check", lambda person, now: is_fine(now)),
        View(
            "unanswered", _("Their turn was last"), "reply", lambda person, now: Q(last_message_is_ours=False)
        ),
        View(
            "waiting",
            _("Waiting"),
            "hourglass",
            lambda person, now: Q(state__in=[TicketState.WAITING_CUSTOMER, TicketState.WAITING_THIRD_PARTY]),
        ),
        View("escalated", _("Escalated"), "trending-up", lambda person, now: Q(escalation_level__gte=3)),
    )
}
DEFAULT_VIEW = "open"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose beside the view. Ids of the provider's own rows; None means any."""

    customer_id: int | None = None
    level_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    number: int | None = None
    hits: tuple[int, ...] | None = None  # the tickets that a search has found

    def condition(self) -> Q:
        chosen = {
            "customer_id": self.customer_id,
            "level_id": self.level_id,
            "team_id": self.team_id,
            "assignee_id": self.assignee_id,
            "number": self.number,
        }
        found = Q(**{name: value for name, value in chosen.items() if value is not None})
        return found if self.hits is None else found & Q(pk__in=self.hits)


def words_filter(words: str) -> dict[str, Any]:
    """What a reader typed, as fields of `Filters`: a ticket's number, or words of its subject, looked up once here."""
    number = words.rsplit("-", 1)[-1].lstrip("#").strip()
    if number.isdecimal() and len(number) < 10:  # "²" is a digit, but no number
        return {"number": int(number)}
    return {"hits": tuple(tickets_found(words, only_open=True))} if words else {}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue. `older` and `newer` are opaque keys of the neighbouring pages."""

    rows: list[Ticket]
    older: str
    newer: str


def open_tickets(view: View, filters: Filters, person: Person, now: datetime) -> QuerySet[Ticket]:
    """The open tickets of a view after the filters, in no order yet."""
    return Ticket.objects.filter(Q(state__in=OPEN_STATES) & view.condition(person, now) & filters.condition())


def queue_page(
    view: View, filters: Filters, person: Person, now: datetime, *, after: str = "", before: str = ""
) -> Page:
    """One page: missed first, then due next, those without a deadline last."""
    rows = open_tickets(view, filters, person, now).select_related(*SHOWN_WITH)
    backwards = bool(before)
    key = _read_key(before or after)
    if key:
        rows = rows.filter(_beyond(key, backwards=backwards))
    order = (
        (F("next_due_at").desc(nulls_first=True), "-id")
        if backwards
        else (F("next_due_at").asc(nulls_last=True), "id")
    )
    found = list(rows.order_by(*order)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    has_older = more if not backwards else bool(key)
    has_newer = more if backwards else bool(key)
    return Page(
        found, _key(found[-1]) if found and has_older else "", _key(found[0]) if found and has_newer else ""
    )


class CappedCount(Subquery):
    """How many rows a query has, counted no further than its limit."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()
    empty_result_set_value = 0  # a search that found nothing never reaches the database


def view_counts(filters: Filters, person: Person, now: datetime) -> dict[str, int]:
    """How many tickets each view holds, counted no further than COUNT_LIMIT, in one query."""
    counts = {
        key: CappedCount(open_tickets(view, filters, person, now).order_by().values("pk")[:COUNT_LIMIT])
        for key, view in VIEWS.items()
    }
    row = Provider.objects.annotate(**{f"in_{key}": count for key, count in counts.items()}).values(
        *(f"in_{key}" for key in counts)
    )
    found = row.get(pk=current_scope().provider_id)
    return {key: found[f"in_{key}"] for key in counts}


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many open tickets of a school are late, and how many will be soon."""

    missed: int = 0
    soon: int = 0


def due_counts(customer_ids: Collection[int], now: datetime) -> dict[int, DueCounts]:
    """For each of these schools, in one query."""
    rows = (
        Ticket.objects.filter(customer_id__in=customer_ids, state__in=OPEN_STATES)
        .order_by()
        .values("customer_id")
        .annotate(missed=Count("pk", filter=is_missed(now)), soon=Count("pk", filter=is_due_soon(now)))
        .values_list("customer_id", "missed", "soon")
    )
    found = {key: DueCounts(missed, soon) for key, missed, soon in rows}
    return {key: found.get(key, DueCounts()) for key in customer_ids}


def _key(ticket: Ticket) -> str:
    due = ticket.next_due_at.isoformat() if ticket.next_due_at else None
    return signing.dumps([due, ticket.pk], salt="queue")


def _read_key(text: str) -> tuple[datetime | None, int] | None:
    """The key of a page; a damaged one means the first page."""
    try:
        due, pk = signing.loads(text, salt="queue")
    except signing.BadSignature:
        return None
    return (datetime.fromisoformat(due) if due else None), int(pk)


def _beyond(key: tuple[datetime | None, int], *, backwards: bool) -> Q:
    due, pk = key
    undated = Q(next_due_at__isnull=True)
    if backwards:
        if due is None:
            return ~undated | Q(next_due_at__isnull=True, pk__lt=pk)
        return Q(next_due_at__lt=due) | Q(next_due_at=due, pk__lt=pk)
    if due is None:
        return Q(next_due_at__isnull=True, pk__gt=pk)
    return Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=pk) | undated
