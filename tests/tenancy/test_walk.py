"""Every address x method x person x object: who gets in, who is told nothing, and whose words come back.

404 for another tenant's object (and for a stranger, everything); 403 for a missing permission only.
"""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.tenancy.access import Door
from tests.cast import ALDER_STAFF, BIRCH_STAFF, HILLSIDE_PEOPLE, OAKFIELD_PEOPLE, RIVERSIDE_PEOPLE
from tests.tenancy.addresses import PUBLIC, WITHOUT_PROVIDER, Address, addresses
from tests.tenancy.places import PLACES
from tests.tenancy.routes import ROUTES
from tests.tenancy.sql import undone
from tests.tenancy.world import World, foreign_words

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2", "T3")]

ALDER = [*ALDER_STAFF, *OAKFIELD_PEOPLE, *HILLSIDE_PEOPLE]
BIRCH = [*BIRCH_STAFF, *RIVERSIDE_PEOPLE]
STAFF = {*ALDER_STAFF, *BIRCH_STAFF}
LEADS = {"rob": "oakfield", "bea": "oakfield", "ian": "oakfield", "hana": "hillside", "rose": "riverside"}
CONTACTS = {**LEADS, "fay": "oakfield"}
# Who goes to every address with both methods, also where others of the same kind have been shut out already.
THOROUGH = {"", "sid", "tess", "ada", "rita", "ian", "rose"}
SAMPLE = {"desk:ticket", "portal:ticket", "settings:customer", "reports:report", "portal_reports:report"}
DONE = {200, 204, 302, 405, 409, 422}


def home_of(name: str) -> str:
    return "birch" if name in BIRCH else "alder"


def owns(name: str, place: str, border: str) -> bool:
    """Whether the object of a place is inside the border that divides this person's from others'."""
    found = PLACES[place]
    if name in STAFF or border == "provider":
        return found.provider == home_of(name)
    if border == "leads":
        return LEADS.get(name) == found.school
    if border == "contacts":
        return CONTACTS.get(name) == found.school
    if border == "own":
        return found.requester == name
    return found.requester == name or LEADS.get(name) == found.school


def tenant_addresses() -> list[Address]:
    return [one for one in addresses() if one.route.startswith("<slug:provider>/")]


def test_every_address_is_in_the_table() -> None:
    found = {one.name for one in tenant_addresses()}
    assert found == set(ROUTES) | PUBLIC, "add the new address to tests/tenancy/routes/, remove the gone one"


def test_no_address_stands_outside_both_tables() -> None:
    for one in addresses():
        if not one.route.startswith("<slug:provider>/"):
            assert any(
                one.route.startswith(prefix) if prefix else not one.route for prefix in WITHOUT_PROVIDER
            ), one


def test_every_view_says_which_door_it_stands_behind() -> None:
    for one in tenant_addresses():
        access = getattr(one.view, "access", None)
        assert access is not None, f"{one.name} has no access mark: it would answer 403 to everybody"
        assert (access.door is Door.PUBLIC) == (one.name in PUBLIC), one.name
        if access.door is Door.DESK:
            assert access.permission is not None, one.name


class Walk:
    """One person's tour. Collects what is wrong in place of stopping at the first."""

    def __init__(self, world: World, client: Client, name: str) -> None:
        self.world, self.client, self.name = world, client, name
        self.client.raise_request_exception = False
        self.wrong: list[str] = []
        self.forbidden_words = [word.encode() for word in foreign_words(world, name)]

    def tour(self, provider: str) -> None:
        for name, path, place in self._stops(provider):
            for method in ("get", "post"):
                expected = self._expected(name, provider, place, method)
                if method == "get" or self.name in THOROUGH or (self.name in STAFF and expected == {403}):
                    self.visit(method, path, expected)

    def visit(self, method: str, path: str, allowed: set[int]) -> None:
        with undone():
            response = getattr(self.client, method)(path)
            body = _body(response)
        if response.status_code not in allowed:
            self.wrong.append(f"{self.name} {method} {path}: {response.status_code}, not {sorted(allowed)}")
        for word in self.forbidden_words:
            if word in body or any(word.decode() in value for value in response.headers.values()):
                self.wrong.append(f"{self.name} {method} {path}: shows {word.decode()}")

    def _stops(self, provider: str) -> Iterator[tuple[str, str, str]]:
        """Each address with one object inside the border and each one outside. Somebody shut out needs but one."""
        at_home = self.name and self.name != "sid" and home_of(self.name) == provider
        for name, route in ROUTES.items():
            border = route.border if at_home and self.name in route.who else ""
            places = [place for place in PLACES if PLACES[place].provider == provider]
            if border:
                inside = [place for place in PLACES if owns(self.name, place, border)]
                outside = [place for place in PLACES if place not in inside]
                places = inside[:1] + (outside[:1] if self.name in STAFF else outside)
            if at_home or self.name in THOROUGH or name in SAMPLE:
                for place in places if border else places[:1]:
                    kwargs = {"provider": provider, **route.of(self.world, place)}
                    yield name, reverse(name, kwargs=kwargs), place

    def _expected(self, name: str, provider: str, place: str, method: str) -> set[int]:
        route = ROUTES[name]
        if not self.name:
            return {302}
        if self.name == "sid" or home_of(self.name) != provider:
            return {404}
        may_send = self.name in (route.writers or route.who)
        if self.name not in route.who or (method == "post" and not may_send):
            return {403, 404} if route.writers and self.name in route.who else {403}
        if route.border and not owns(self.name, place, route.border):
            return {404, 405}
        return DONE


def _body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


@pytest.mark.parametrize("provider", ["alder", "birch"])
@pytest.mark.parametrize("name", ["", "sid", *ALDER, *BIRCH])
def test_the_walk(world: World, name: str, provider: str) -> None:
    client = Client()
    if name:
        client.force_login(world.cast.user(name))
    walk = Walk(world, client, name)
    walk.tour(provider)
    assert not walk.wrong, "\n".join(walk.wrong)
