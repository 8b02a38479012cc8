"""The queue: open tickets by their true next deadline, in views with counts, paged by key.

Each view is a condition on tickets. Counts stop at COUNT_LIMIT, so that their cost does not grow with what is stored.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.keys import key_in
from accounts.models import Person, Provider
from accounts.tenancy.scope import current_scope
from tickets.marks import WAITING, drafts_by, marked
from tickets.models import OPEN_STATES, Message, Ticket, TicketState
from tickets.paging import Page, page_by_key
from tickets.search import TicketsFound, tickets_found
from tickets.tags import with_tags

COUNT_LIMIT = 1000
# Owners to filter by who are no one person.
ME, NOBODY = "me", "nobody"
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
    "asked",
    "approval",
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
    """A named selection of tickets of these states, in the order of a date or an instant: those without one last."""

    key: str
    label: str | Promise
    icon: str
    condition: Condition
    states: tuple[str, ...] = OPEN_STATES
    order: str = "next_due_at"


VIEWS = {
    view.key: view
    for view in (
        View("open", _("All open"), "inbox", lambda person, now: Q()),
        View("mine", _("Mine"), "user-round", lambda person, now: Q(assignee=person)),
        View(
            "unassigned",
            _("Without an owner"),
            "user-round-x",
            lambda person, now: has_no_owner(),
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
            lambda person, now: Q(state__in=WAITING),
        ),
        View("escalated", _("Escalated"), "trending-up", lambda person, now: Q(escalation_level__gte=3)),
        # Not ours to work on yet, so in no other view: calm, what is needed first at the top (Rule I10).
        View(
            "approval",
            _("Waiting for approval"),
            "circle-check-big",
            lambda person, now: Q(),
            states=(TicketState.WAITING_APPROVAL,),
            order="asked__needed_by",
        ),
    )
}
DEFAULT_VIEW = "open"


def has_no_owner() -> Q:
    """Nobody works on it: it was given to nobody, or to somebody who has left."""
    return Q(assignee__isnull=True) | Q(assignee__is_active=False)


def owned_by(owner: str, person: Person) -> Q:
    """The tickets of ME, of NOBODY, or of the person with this id; all of them for anything else."""
    if owner == NOBODY:
        return has_no_owner()
    key = person.pk if owner == ME else key_in(owner)
    return Q() if key is None else Q(assignee=key)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose beside the view. Ids of the provider's own rows; None means any.

    `owner` is ME, NOBODY or a person's id as text, `package` the key of a package in whatever edition, `mark` one of
    `tickets.marks`. ME, and whose draft is meant, is whoever asks: a shared view means each of its readers.
    """

    customer_id: int | None = None
    level_id: int | None = None
    team_id: int | None = None
    owner: str | None = None
    package: str | None = None
    mark: str | None = None
    state: str | None = None
    number: int | None = None
    words: str = ""  # of the subject, looked up within the query that asks
    hits: tuple[int, ...] | None = None  # the tickets that a search has found

    def condition(self, person: Person) -> Q:
        chosen = {
            "customer_id": self.customer_id,
            "level_id": self.level_id,
            "team_id": self.team_id,
            "contract__package__key": self.package,
            "state": self.state,
            "number": self.number,
        }
        found = Q(**{name: value for name, value in chosen.items() if value is not None})
        found = found & owned_by(self.owner, person) if self.owner else found
        found = found & marked(self.mark, person) if self.mark else found
        found = found & Q(pk__in=TicketsFound(self.words)) if self.words else found
        return found if self.hits is None else found & Q(pk__in=self.hits)


def number_in(words: str) -> int | None:
    """The ticket's number, where that is what a reader typed."""
    number = words.rsplit("-", 1)[-1].lstrip("#").strip()
    if number.isdecimal() and len(number) < 10:  # "²" is a digit, but no number
        return int(number)
    return None


def words_filter(words: str) -> dict[str, Any]:
    """What a reader typed, as fields of `Filters`: a ticket's number, or words of its subject, looked up once here."""
    number = number_in(words)
    if number is not None:
        return {"number": number}
    return {"hits": tuple(tickets_found(words, only_open=True))} if words else {}


def open_tickets(view: View, filters: Filters, person: Person, now: datetime) -> QuerySet[Ticket]:
    """The tickets of a view after the filters, in no order yet."""
    return Ticket.objects.filter(
        Q(state__in=view.states) & view.condition(person, now) & filters.condition(person)
    )


def queue_page(
    view: View, filters: Filters, person: Person, now: datetime, *, after: str = "", before: str = ""
) -> Page:
    """One page: missed first, then due next, those without a deadline last.

    Each knows its tags; `has_draft` marks this person's own, `newest_message` is the id of the newest of its
    conversation, by which somebody acts on what they have seen (`tickets.between.Seen`).
    """
    rows = open_tickets(view, filters, person, now).select_related(*SHOWN_WITH)
    # Grouped, as a bare maximum may be looked for from the newest message of all tickets.
    newest = Message.objects.filter(ticket=OuterRef("pk")).order_by().values("ticket")
    rows = with_tags(
        rows.annotate(
            has_draft=drafts_by(person),
            newest_message=Subquery(newest.annotate(newest=Max("pk")).values("newest")),
        )
    )
    return page_by_key(rows, view.order, after=after, before=before)


class CappedSplit(Subquery):
    """How many rows of a query are fine, due soon and missed, counted together no further than its limit."""

    template = (
        "(SELECT ARRAY[count(*) FILTER (WHERE split = 0), count(*) FILTER (WHERE split = 1),"
        " count(*) FILTER (WHERE split = 2)]::integer[] FROM (%(subquery)s) AS capped)"
    )
    output_field = ArrayField(IntegerField())
    empty_result_set_value = None  # a search that found nothing never reaches the database


@dataclass(frozen=True, slots=True)
class Split:
    """How many tickets of a view there are. Where COUNT_LIMIT was reached there are more: the missed ones were counted
    first, so that their number is true below the limit, and the others are the least there are.
    """

    fine: int = 0
    soon: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        return self.fine + self.soon + self.missed

    @property
    def is_capped(self) -> bool:
        return self.total >= COUNT_LIMIT

    @property
    def shown(self) -> str:
        """The whole number in a word: '12', or '1,000+' where counting stopped."""
        return f"{COUNT_LIMIT:,}+" if self.is_capped else str(self.total)


def fixed_views(filters: Filters) -> dict[str, tuple[View, Filters]]:
    """Every fixed view after these filters, as `view_counts` takes them."""
    return {key: (view, filters) for key, view in VIEWS.items()}


def view_counts(
    narrowed: Mapping[str, tuple[View, Filters]], person: Person, now: datetime
) -> dict[str, Split]:
    """For each of these views after its filters, in one query that stops at COUNT_LIMIT tickets in each."""
    split = Case(When(is_missed(now), then=Value(2)), When(is_due_soon(now), then=Value(1)), default=Value(0))
    counts = {
        f"in_{number}": CappedSplit(
            open_tickets(view, filters, person, now)
            .annotate(split=split)
            .order_by("next_due_at")
            .values("split")[:COUNT_LIMIT]
        )
        for number, (view, filters) in enumerate(narrowed.values())
    }
    row = Provider.objects.annotate(**counts).values_list(*counts).get(pk=current_scope().provider_id)
    return {key: Split(*(found or ())) for key, found in zip(narrowed, row, strict=True)}


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
