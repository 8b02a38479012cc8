"""Lists of tickets paged by key: what a page costs does not grow with how far somebody has gone."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet

from tickets.models import Ticket

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue. `older` and `newer` are opaque keys of the neighbouring pages."""

    rows: list[Ticket]
    older: str
    newer: str


def page_by_key(rows: QuerySet[Ticket], order: str, *, after: str = "", before: str = "") -> Page:
    """The page of these tickets after or before a key, in the order of a date or an instant, those without one last."""
    backwards = bool(before)
    key = key_read(order, before or after)
    if key:
        rows = rows.filter(beyond(order, key, backwards=backwards))
    found: list[Ticket] = list(in_order(rows, order, backwards=backwards)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    has_older = more if not backwards else bool(key)
    has_newer = more if backwards else bool(key)
    return Page(
        found,
        key_of(order, found[-1]) if found and has_older else "",
        key_of(order, found[0]) if found and has_newer else "",
    )


def in_order(rows: QuerySet[Ticket], order: str, *, backwards: bool = False) -> QuerySet[Ticket]:
    """These tickets in the order of a date or an instant, those without one last; or the other way round."""
    if backwards:
        return rows.order_by(F(order).desc(nulls_first=True), "-id")
    return rows.order_by(F(order).asc(nulls_last=True), "id")


def key_of(order: str, ticket: Ticket) -> str:
    """Where a ticket stands in this order, as an address carries it."""
    place: Any = ticket
    for part in order.split("__"):
        place = getattr(place, part, None)
    return key_at(order, place, ticket.pk)


def key_at(order: str, place: Any, pk: int) -> str:
    """The same of a ticket of which no more was read than its place."""
    return signing.dumps([place.isoformat() if place else None, pk], salt=f"queue.{order}")


def key_read(order: str, text: str) -> tuple[str | None, int] | None:
    """The key of a page; a damaged one, or one of another order, means the first page."""
    try:
        place, pk = signing.loads(text, salt=f"queue.{order}")
    except signing.BadSignature:
        return None
    return place, int(pk)


def beyond(order: str, key: tuple[str | None, int], *, backwards: bool = False) -> Q:
    """The tickets behind this place, or before it."""
    place, pk = key
    undated = Q(**{f"{order}__isnull": True})
    if backwards:
        if place is None:
            return ~undated | undated & Q(pk__lt=pk)
        return Q(**{f"{order}__lt": place}) | Q(**{order: place}, pk__lt=pk)
    if place is None:
        return undated & Q(pk__gt=pk)
    return Q(**{f"{order}__gt": place}) | Q(**{order: place}, pk__gt=pk) | undated
