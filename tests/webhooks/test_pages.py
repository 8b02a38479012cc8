"""The administrator's pages: registering, watching, mending."""

import re
from collections import deque
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from tests.cast import Cast
from tests.webhooks.conftest import Kept, Open, Register
from tests.webhooks.receiver import Receiver
from webhooks import selectors
from webhooks.models import Endpoint

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]
HOME = "/alder/settings/webhooks/"
FORM = {
    "label": "Dashboard",
    "url": "https://hooks.example.org/in",
    "events": ["ticket.opened", "ticket.fixed"],
}
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    client.force_login(cast.user("ada"))
    return client


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_an_endpoint_is_made_and_its_secret_shown_once(ada: Client, cast: Cast) -> None:
    assert "No webhooks yet" in words(ada.get(HOME))
    made = ada.post(f"{HOME}new/", FORM)
    [secret] = set(SECRET.findall(words(made)))
    assert "no-store" in made.headers["Cache-Control"]
    with open_scope(cast.staff_scope()):
        endpoint = Endpoint.objects.get()
        trail = str([(one.action, one.changes) for one in AuditEntry.objects.all()])
    assert endpoint.events == ["ticket.opened", "ticket.fixed"]
    assert not endpoint.with_words
    for path in (HOME, f"{HOME}{endpoint.pk}/", f"{HOME}{endpoint.pk}/edit/"):
        shown = words(ada.get(path))
        assert "Dashboard" in shown
        assert not SECRET.search(shown)
    assert "webhook.created" in trail
    assert secret not in trail


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://hooks.example.org/"}, "must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "inside a private network"),
        ({"events": []}, "required"),
        ({"events": ["ticket.burned"]}, "not one of the available choices"),
        ({"label": ""}, "required"),
    ],
)
def test_wrong_values_are_said_at_their_field(
    ada: Client, cast: Cast, wrong: dict[str, Any], said: str
) -> None:
    answer = ada.post(f"{HOME}new/", {**FORM, **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    with open_scope(cast.staff_scope()):
        assert not Endpoint.objects.exists()


def test_it_is_changed_paused_given_another_secret_and_removed(
    ada: Client, cast: Cast, register: Register
) -> None:
    endpoint, old = register("https://hooks.example.org/in")
    page = f"{HOME}{endpoint.pk}/"
    ada.post(f"{page}edit/", {**FORM, "label": "Wallboard", "with_words": "on"})
    assert "Wallboard" in words(ada.get(page))
    assert "Paused" in words(ada.post(f"{page}switch/", follow=True))
    assert "not on" in words(ada.post(f"{page}test/", follow=True))
    ada.post(f"{page}switch/")
    assert "24 hours" in words(ada.get(f"{page}secret/"))
    [new] = set(SECRET.findall(words(ada.post(f"{page}secret/"))))
    assert new != old
    assert ada.get(f"{page}switch/").status_code == 405
    assert ada.get(f"{page}burn/").status_code == 404
    assert "cannot be taken back" in words(ada.get(f"{page}remove/"))
    assert ada.post(f"{page}remove/").status_code == 302
    with open_scope(cast.staff_scope()):
        assert not Endpoint.objects.exists()
        acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {f"webhook.{one}" for one in ("changed", "paused", "resumed", "secret_changed", "removed")} <= acts


def test_the_log_shows_what_failed_and_sends_it_again(
    ada: Client, receiver: Receiver, register: Register, opened: Open, kept: Kept
) -> None:
    endpoint, _ = register(receiver.url)
    page = f"{HOME}{endpoint.pk}/"
    opened()
    receiver.answers, receiver.content = deque([500]), b"<script>alert(1)</script>"
    sweep(queues=["webhooks"])
    [row] = kept()
    assert row.about in words(ada.get(page, {"show": "failed"}))
    assert "Nothing of this kind" in words(ada.get(page, {"show": "delivered"}))
    shown = ada.get(f"{HOME}deliveries/{row.pk}/")
    assert '"type": "ticket.opened"' in words(shown)
    assert "It answers 500" in words(shown)
    assert b"<script>alert" not in shown.content
    receiver.answers = deque([200])
    assert "sent again" in words(ada.post(f"{HOME}deliveries/{row.pk}/", follow=True))
    sweep(queues=["webhooks"])
    assert "Delivered" in words(ada.get(f"{HOME}deliveries/{row.pk}/"))


def test_a_test_event_leads_to_its_delivery(ada: Client, register: Register, kept: Kept) -> None:
    endpoint, _ = register("https://hooks.example.org/in")
    shown = ada.post(f"{HOME}{endpoint.pk}/test/", follow=True)
    [row] = kept()
    assert shown.redirect_chain[-1][0] == f"{HOME}deliveries/{row.pk}/"
    assert "Not tried yet" in words(shown)


def test_the_log_goes_by_pages_that_nothing_new_shifts(
    ada: Client, register: Register, opened: Open, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "PER_PAGE", 2)
    endpoint, _ = register("https://hooks.example.org/in", "ticket.opened")
    page = f"{HOME}{endpoint.pk}/"
    for _ in range(5):
        opened()
    ids = [one.pk for one in kept()][::-1]

    def shown(query: str = "") -> tuple[list[int], list[str]]:
        text = words(ada.get(page + query))
        found = [int(key) for key in re.findall(r"/webhooks/deliveries/(\d+)/", text)]
        return found, re.findall(r'href="(\?[^"]*)"', text)

    first, [older] = shown()
    opened()
    second, [newer, oldest] = shown(older)
    last, [back] = shown(oldest)
    assert [*first, *second, *last] == ids
    assert shown(back)[0] == second
    assert shown(newer)[0] == first
    assert shown("?before=x&show=burned")[0]


@pytest.mark.rule("T1")
def test_nobody_but_an_administrator_of_the_provider_comes_in(
    cast: Cast, client: Client, register: Register, kept: Kept, opened: Open
) -> None:
    endpoint, _ = register("https://hooks.example.org/in")
    opened()
    [row] = kept()
    for name, home, status in (("bill", "birch", 404), ("lena", "alder", 403), ("ian", "alder", 403)):
        client.force_login(cast.user(name))
        for path in (f"{endpoint.pk}/edit/", f"{endpoint.pk}/secret/", f"deliveries/{row.pk}/"):
            for ask in (client.get, client.post):
                assert ask(f"/{home}/settings/webhooks/{path}").status_code == status, (name, path)
        assert client.get(f"/{home}/settings/webhooks/{endpoint.pk}/").status_code == status
