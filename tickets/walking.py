"""Going through a view of the queue, ticket by ticket: which view it is, and where in it somebody stands.

An address carries it as `?from=…`: the queue's own parameters, and a signed key of the place. It is read here and
nowhere else, made of known names only, so that it never leads anywhere but into the queue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db.models import Value

from accounts.keys import row_in
from accounts.models import Person
from tickets.models import Ticket
from tickets.paging import beyond, in_order, key_at, key_of, key_read
from tickets.queue import VIEWS, View, open_tickets
from tickets.saved_views import FILTERS, filters_of, saved_views_of

# What of the queue's address is kept beside the view. `after` and `before` lead back to the same page of it.
KEPT = (*FILTERS, "saved", "after", "before")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Walk:
    """A view with its filters, as the queue's address has them, and the key of a place in it ('': none)."""

    view: View
    chosen: Mapping[str, str]
    at: str = ""

    def __str__(self) -> str:
        """As an address or a form carries it."""
        return urlencode({"view": self.view.key, **self.chosen, **({"at": self.at} if self.at else {})})

    @property
    def query(self) -> str:
        """The parameters of the queue's own address."""
        return urlencode({"view": self.view.key, **self.chosen})

    def to(self, at: str) -> "Walk":
        """The same view, at another place."""
        return replace(self, at=at)


@dataclass(frozen=True, slots=True)
class Step:
    """The next ticket or the one before, and the walk that stands there."""

    number: int
    walk: Walk


def walk_in(parameters: Mapping[str, str]) -> Walk | None:
    """The view that the queue's parameters name, with what of them is known; None where there is no such view."""
    view = VIEWS.get(parameters.get("view", ""))
    if view is None:
        return None
    known = {name: parameters[name] for name in (*KEPT, "at") if name in parameters}
    kept = {name: text for name, text in known.items() if text.isprintable() and 0 < len(text) <= LONGEST}
    at = kept.pop("at", "")
    return Walk(view, kept, at)


def walk_read(text: str) -> Walk | None:
    """What an address or a form carries; None where it carries nothing that can be read."""
    try:
        return walk_in(dict(parse_qsl(text, max_num_fields=2 * len(KEPT))))
    except ValueError:
        return None


def walk_name(walk: Walk, person: Person) -> str:
    """What the view is called: a kept one that the person sees by its own name."""
    saved = row_in(saved_views_of(person), walk.chosen.get("saved"))
    return saved.name if saved else str(walk.view.label)


def steps_from(walk: Walk, ticket: Ticket, person: Person, now: datetime) -> tuple[Step | None, Step | None]:
    """The tickets before and behind the place of the walk, in one query.

    The place is where the ticket stood when somebody came to it, so it goes on from there also when the ticket has
    moved or left the view since; without one, where it stands now.
    """
    order = walk.view.order
    key = key_read(order, walk.at) or key_read(order, key_of(order, ticket))
    assert key is not None  # the second is ours
    rows = open_tickets(walk.view, filters_of(walk.chosen), person, now).exclude(pk=ticket.pk)
    before, behind = (
        in_order(rows.filter(beyond(order, key, backwards=backwards)), order, backwards=backwards)
        .annotate(side=Value(side))
        .values_list("side", "number", "pk", order)[:1]
        for side, backwards in (("before", True), ("behind", False))
    )
    found = {
        side: Step(number, walk.to(key_at(order, place, pk)))
        for side, number, pk, place in before.union(behind, all=True)
    }
    return found.get("before"), found.get("behind")
