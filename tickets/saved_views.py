"""Who sees which saved view, and what a saved view shows."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.keys import key_in
from accounts.models import Person
from tickets.keeping import kept_for
from tickets.models import OPEN_STATES, SavedView
from tickets.queue import DEFAULT_VIEW, VIEWS, Filters, View, number_in

# What a kept view keeps of the queue's form.
FILTERS = ("q", "customer", "package", "level", "team", "owner", "mark", "state")


def saved_views_of(person: Person) -> QuerySet[SavedView]:
    """The kept views that somebody sees beside the queue: their own, those of their teams, and the shared ones."""
    return SavedView.objects.filter(kept_for(person))


def shown_by(saved: SavedView) -> tuple[View, Filters]:
    """The view and the filters of a kept one. What is chosen no more, such as a view that is gone, narrows nothing."""
    base = VIEWS.get(saved.base, VIEWS[DEFAULT_VIEW])
    return replace(base, label=saved.name, icon=saved.icon), filters_of(saved.chosen)


def filters_of(chosen: Mapping[str, str]) -> Filters:
    """Filters as the queue's form takes them. Words are looked up within the query that asks."""
    words = str(chosen.get("q", "")).strip()
    number, state = number_in(words), chosen.get("state")
    return Filters(
        customer_id=key_in(chosen.get("customer")),
        level_id=key_in(chosen.get("level")),
        team_id=key_in(chosen.get("team")),
        owner=chosen.get("owner") or None,
        package=chosen.get("package") or None,
        mark=chosen.get("mark") or None,
        state=state if state in OPEN_STATES else None,
        number=number,
        words=words if number is None else "",
    )


def saved_query(row: SavedView) -> str:
    """The address of the queue that shows a kept view: its filters stand in it, so they can be changed as ever."""
    chosen = {key: row.chosen[key] for key in FILTERS if row.chosen.get(key)}
    return urlencode({"saved": row.pk, "view": row.base, **chosen})
