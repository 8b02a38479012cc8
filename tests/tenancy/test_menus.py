"""Nobody sees a menu entry that would refuse them: each role opens every entry that its pages show."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.navigation import NavItem, navigation_for
from accounts.permissions import Permission
from accounts.tenancy.access import Door
from tests.cast import ALDER_STAFF, BIRCH_STAFF, HILLSIDE_PEOPLE, OAKFIELD_PEOPLE, RIVERSIDE_PEOPLE, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T3")]

SignedIn = Callable[[str], Client]
STAFF = {**ALDER_STAFF, **BIRCH_STAFF}
EVERYBODY = [*STAFF, *OAKFIELD_PEOPLE, *HILLSIDE_PEOPLE, *RIVERSIDE_PEOPLE]
LIST = re.compile(r'<ul class="nav-list".*?</ul>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"')


def entries(client: Client, path: str) -> set[str]:
    """The addresses of every menu that a page shows."""
    page = client.get(path).content.decode()
    return {link for menu in LIST.findall(page) for link in LINK.findall(menu)}


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_entry_opens(cast: Cast, signed_in: SignedIn, name: str) -> None:
    client = signed_in(name)
    provider = "birch" if name in {**BIRCH_STAFF, **RIVERSIDE_PEOPLE} else "alder"
    first = f"/{provider}/{'desk' if name in STAFF else 'portal'}/"
    found = entries(client, first)
    if name in STAFF:
        found |= entries(client, f"/{provider}/settings/")
    assert first in found
    refused = {path: client.get(path).status_code for path in found if not path.startswith("/account/")}
    assert set(refused.values()) == {200}, refused


@pytest.mark.parametrize(("name", "shown"), [("rita", False), ("hugo", False), ("fay", True), ("ian", True)])
def test_reports_stand_in_the_menu_of_those_who_get_them(
    cast: Cast, signed_in: SignedIn, name: str, shown: bool
) -> None:
    client = signed_in(name)
    assert ("/alder/portal/reports/" in entries(client, "/alder/portal/")) is shown
    assert (client.get("/alder/portal/reports/").status_code == 200) is shown


def test_an_entry_to_a_page_that_would_refuse_is_left_out(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own `permission` is a further condition; without one the page is asked all the same."""
    from accounts import navigation

    trap = NavItem(Door.DESK, "People", "settings:staff", "users-round", 1)
    narrow = NavItem(Door.DESK, "Home", "desk:home", "house", 2, Permission.MANAGE_PROVIDER)
    monkeypatch.setattr(navigation, "_items", [trap, narrow])
    shown = {}
    for name in ("tess", "cass", "ada"):
        request = signed_in(name).get("/alder/desk/").wsgi_request
        shown[name] = [str(row["label"]) for row in navigation_for(request)]
    assert shown == {"tess": [], "cass": ["People"], "ada": ["People", "Home"]}
