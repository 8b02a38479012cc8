"""Saved views of the queue: who sees and changes them, what they show and count, and that removing can be undone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import Person, Team
from accounts.permissions import STAFF_PERMISSIONS, Permission
from accounts.tenancy.scope import open_scope
from tests.cast import ALDER_STAFF, Cast
from tests.tickets.test_opening import open_one
from tickets import queue
from tickets.models import Audience, SavedView
from tickets.queue import CappedSplit, Filters, fixed_views, view_counts
from tickets.saved_views import saved_views_of, shown_by
from tickets.services.saved_views import (
    MOST_VIEWS,
    saved_view_keep,
    saved_view_move,
    saved_view_remove,
    saved_view_restore,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NOW = datetime(2026, 11, 23, 8, 20, tzinfo=UTC)


def rights(name: str) -> frozenset[Permission]:
    return STAFF_PERMISSIONS[ALDER_STAFF[name]]


def keep(
    cast: Cast, by: str, audience: str = Audience.OWN, *, view: SavedView | None = None, **changed: Any
) -> SavedView:
    values: dict[str, Any] = {
        "name": "Oakfield",
        "icon": "inbox",
        "base": "open",
        "chosen": {},
        "team": None,
    }
    if audience == Audience.TEAM:
        values["team"] = Team.objects.get(name="Desk")
    values |= changed
    return saved_view_keep(
        view=view,
        audience=audience,
        by=cast.person(by),
        permissions=rights(by),
        **values,
    )


# Tess and Theo are the team's members, Lena leads it and may share; Ada may share; Cass neither.
SEEN = {
    Audience.OWN: {"tess"},
    Audience.TEAM: {"tess", "theo", "lena"},
    Audience.SHARED: set(ALDER_STAFF),
}
CHANGED = {Audience.OWN: {"tess"}, Audience.TEAM: {"tess", "theo", "lena"}, Audience.SHARED: {"lena", "ada"}}


@pytest.mark.parametrize("audience", list(Audience))
def test_who_sees_and_who_changes_a_view(cast: Cast, audience: Audience) -> None:
    with open_scope(cast.staff_scope()):
        view = keep(cast, "lena" if audience == Audience.SHARED else "tess", audience)
        people = {name: cast.person(name) for name in ALDER_STAFF}
        seen = {name for name, one in people.items() if saved_views_of(one).filter(pk=view.pk).exists()}
        changed = {name for name in people if _may(view, people[name], name)}
    assert seen == SEEN[audience]
    assert changed == CHANGED[audience]


def _may(view: SavedView, person: Person, name: str) -> bool:
    try:
        saved_view_move(view=view, up=True, by=person, permissions=rights(name))
    except PermissionDenied:
        return False
    return True


def test_nobody_shares_or_gives_to_a_team_beyond_their_rights(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        own = keep(cast, "tess")
        for by, audience in (("tess", Audience.SHARED), ("cass", Audience.TEAM)):
            with pytest.raises(PermissionDenied):
                keep(cast, by, audience)
        with pytest.raises(PermissionDenied):
            keep(cast, "tess", Audience.SHARED, view=own)
        assert list(SavedView.objects.values_list("pk", "audience")) == [(own.pk, Audience.OWN)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " x "}, "name"), ({"icon": "skull"}, "icon"), ({"base": "gone"}, "name"), ({"name": "y" * 41}, "name")],
)  # fmt: skip
def test_a_wrong_view_is_refused_by_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    with open_scope(cast.staff_scope()):
        with pytest.raises(ValidationError) as refused:
            keep(cast, "tess", **wrong)
        assert field in refused.value.message_dict
        assert not SavedView.objects.exists()


def test_views_change_places_and_there_are_not_too_many(cast: Cast) -> None:
    with open_scope(cast.staff_scope()):
        tess = cast.person("tess")
        made = [keep(cast, "tess", name=f"View {number}") for number in range(MOST_VIEWS)]
        saved_view_move(view=made[1], up=True, by=tess, permissions=rights("tess"))
        saved_view_move(view=made[1], up=True, by=tess, permissions=rights("tess"))  # it is the first
        names = [one.name for one in saved_views_of(tess)]
        assert names[:3] == ["View 1", "View 0", "View 2"]
        with pytest.raises(ValidationError):
            keep(cast, "tess")
        saved_view_remove(view=made[3], by=tess, permissions=rights("tess"))
        keep(cast, "tess")
        with pytest.raises(ValidationError):  # its place is taken
            saved_view_restore(view=made[3], by=tess, permissions=rights("tess"))


def test_a_view_counts_what_it_shows_split_in_three(cast: Cast) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess, school = cast.person("tess"), cast.customer()
        open_one(cast)
        level = open_one(cast, level="Low").level_id
        kept = [
            ({"customer": str(school.pk)}, (1, 1, 0)),
            ({"customer": str(school.pk), "level": str(level)}, (1, 0, 0)),
            ({"customer": str(cast.customer("hillside").pk)}, (0, 0, 0)),
            ({"q": "internet", "state": "new"}, (1, 1, 0)),
            ({"q": "printer"}, (0, 0, 0)),
            ({"q": "CON-1001"}, (0, 1, 0)),
            ({"state": "nonsense", "team": "x²"}, (1, 1, 0)),
        ]
        rows = [
            (keep(cast, "tess", name=f"V {n}", chosen=chosen), due) for n, (chosen, due) in enumerate(kept)
        ]
        found = view_counts({str(row.pk): shown_by(row) for row, _due in rows}, tess, NOW)
    for row, (fine, soon, missed) in rows:
        split = found[str(row.pk)]
        assert (split.fine, split.soon, split.missed) == (fine, soon, missed), row.chosen


def test_a_count_stops_at_its_limit_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "COUNT_LIMIT", 2)
    with open_scope(cast.staff_scope(name="tess")):
        for _ in range(3):
            open_one(cast)
        split = view_counts(fixed_views(Filters()), cast.person("tess"), NOW)["open"]
    assert (split.total, split.shown) == (2, "2+")
    assert CappedSplit.empty_result_set_value is None


def test_a_view_is_saved_changed_removed_and_brought_back_on_the_pages(cast: Cast, signed_in: SignIn) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        open_one(cast)
        school = cast.customer().pk
    tess, base = signed_in("tess"), "/alder/desk/queue/"
    query = f"?customer={school}&view=unassigned"
    assert f"{base}views/new/{query}" in tess.get(f"{base}{query}").content.decode().replace("&amp;", "&")
    assert "Everybody at the desk" not in tess.get(f"{base}views/new/{query}").content.decode()
    kept = tess.post(f"{base}views/new/{query}", {"name": "My Oakfield", "icon": "inbox", "audience": "own"})
    with open_scope(cast.staff_scope()):
        row = SavedView.objects.get()
    assert (row.base, row.chosen) == ("unassigned", {"customer": str(school)})
    page = tess.get(kept["Location"]).content.decode()
    assert "My Oakfield</h1>" in page
    assert "Change My Oakfield" in page
    assert "0 fine, 0 due soon, 1 missed" in page or "1 fine, 0 due soon, 0 missed" in page
    changed = {"name": "Oakfield", "icon": "inbox", "audience": "own"}
    assert tess.post(f"{base}views/{row.pk}/?view=mine&state=open", changed).status_code == 302
    with open_scope(cast.staff_scope()):
        row.refresh_from_db()
    assert (row.name, row.base, row.chosen) == ("Oakfield", "mine", {"state": "open"})
    gone = tess.post(f"{base}views/{row.pk}/remove/")
    page = tess.get(gone["Location"]).content.decode()
    assert "The view is removed." in page
    assert f"saved={row.pk}" not in page
    tess.post(f"{base}views/{row.pk}/restore/")
    assert f"saved={row.pk}" in tess.get(base).content.decode()
    theo = signed_in("theo")
    assert theo.post(f"{base}views/{row.pk}/remove/").status_code == 403
    assert theo.get(f"{base}views/{row.pk}/").status_code == 403
    assert f"saved={row.pk}" not in theo.get(base).content.decode()
