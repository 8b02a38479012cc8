"""Requests that another site sends, and the ways into an account."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person, User
from accounts.tenancy.scope import open_scope
from tests.cast import PASSWORD, Cast
from tests.tenancy.attacks.tools import SignedIn, quiet
from tests.tenancy.routes import ROUTES
from tests.tenancy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]


def test_every_form_asks_for_its_token(world: World) -> None:
    for name in ("ada", "rita"):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(world.cast.user(name))
        for route in sorted(ROUTES):
            path = reverse(route, kwargs={"provider": "alder", **ROUTES[route].of(world, "rita")})
            assert client.post(path).status_code in {403, 404}, path
    anonymous = Client(enforce_csrf_checks=True)
    for path in ("/account/login/", "/account/logout/", "/appearance/", "/account/password/reset/"):
        assert anonymous.post(path).status_code == 403, path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_page_sends_people_elsewhere(cast: Cast, target: str) -> None:
    client = Client()
    data = {"login": "rita@oakfield.example", "password": PASSWORD, "next": target}
    signed = client.post("/account/login/", data)
    assert signed.status_code == 302
    assert "evil" not in signed["Location"]
    assert "javascript" not in signed["Location"]
    assert "evil" not in client.post("/appearance/", {"theme": "dark", "next": target})["Location"]
    assert "evil" not in client.post("/account/logout/", {"next": target})["Location"]


def test_a_session_is_new_after_sign_in_and_dead_after_sign_out(cast: Cast) -> None:
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted or ""
    client.post("/account/login/", {"login": "rita@oakfield.example", "password": PASSWORD})
    own = client.cookies["sessionid"].value
    assert own != planted
    client.post("/account/logout/")
    stale = Client()
    stale.cookies["sessionid"] = own
    assert stale.get("/alder/portal/").status_code == 302


def test_somebody_switched_off_is_out_at_once(world: World, signed_in: SignedIn) -> None:
    client = signed_in("rita")
    assert client.get("/alder/portal/").status_code == 200
    with open_scope(world.cast.staff_scope("alder")):
        Person.objects.filter(name="Rita").update(is_active=False)
    assert client.get("/alder/portal/").status_code == 404


@pytest.mark.rule("T4")
def test_nobody_gives_themselves_another_address(cast: Cast, signed_in: SignedIn) -> None:
    """The address is the user name, and joins a credential to people of every provider: only staff may change it.

    Otherwise Rita would take the address of somebody who is to work for Alder next week, and be that person then.
    """
    client = quiet(signed_in("rita"))
    new = "next.administrator@alder.example"
    client.post("/account/email/", {"action_add": "", "email": new})
    client.post("/account/email/", {"action_primary": "", "email": new})
    assert not User.objects.filter(email=new).exists()
    assert client.get("/account/email/").status_code == 404


@pytest.mark.rule("T4")
def test_nobody_signs_up_by_themselves(db: None) -> None:
    client = Client()
    data = {"email": "new@oakfield.example", "password1": "a good enough password"}
    client.post("/account/signup/", data)
    assert not User.objects.filter(email="new@oakfield.example").exists()
