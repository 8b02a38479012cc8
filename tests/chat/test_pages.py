"""Chat pages: in few queries, of one's own chats only, and honest without script."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from chat.models import Chat, ChatEnd
from chat.services.conversation import chat_answer, chat_say, chat_take
from chat.services.ending import chat_end
from tests.cast import Cast
from tests.chat.conftest import Begin, key
from tickets.models import CallBack
from tickets.services.macros import macro_keep

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4")]
SignIn = Callable[[str], Client]
AtMost = Callable[[int], AbstractContextManager[None]]


def test_a_long_chat_costs_few_queries(cast: Cast, begin: Begin, signed_in: SignIn, at_most: AtMost) -> None:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        chat_take(chat=chat, person=cast.person("tess"))
        for number in range(20):
            chat_say(chat=chat, text=f"{number}", key=key())
            chat_answer(chat=chat, author=cast.person("tess"), text=f"{number}", key=key())
            macro_keep(
                macro=None,
                values={"name": f"Answer {number}", "audience": "own", "text": "{{ person.first_name }}"},
                by=cast.person("tess"),
                permissions=frozenset(),
            )
    rita, tess = signed_in("rita"), signed_in("tess")
    for client, path, most in (
        (rita, f"/alder/portal/chat/{chat.pk}/", 15),
        (rita, f"/alder/portal/chat/{chat.pk}/news/?after=3", 12),
        (tess, f"/alder/desk/chat/{chat.pk}/", 15),
        (tess, f"/alder/desk/chat/{chat.pk}/news/?after=3", 12),
    ):
        assert client.get(path).status_code == 200
        with at_most(most):
            client.get(path)


@pytest.mark.rule("T2")
def test_a_chat_is_its_visitors_alone_not_the_schools_leads(begin: Begin, signed_in: SignIn) -> None:
    chat = begin()
    for name, status in (("rita", 200), ("remy", 404), ("ian", 404), ("hugo", 404), ("rose", 404)):
        assert signed_in(name).get(f"/alder/portal/chat/{chat.pk}/news/").status_code == status, name


def test_words_are_shown_as_words(begin: Begin, signed_in: SignIn) -> None:
    chat = begin("<script>alert(1)</script>")
    for name, path in (("rita", "portal"), ("tess", "desk")):
        news = signed_in(name).get(f"/alder/{path}/chat/{chat.pk}/news/").json()["html"]
        assert "&lt;script&gt;" in news
        assert "<script" not in news


def test_without_script_the_portal_offers_a_request(begin: Begin, signed_in: SignIn) -> None:
    begin()
    page = signed_in("ian").get("/alder/portal/chat/").content.decode()
    assert "Live chat needs JavaScript" in page
    assert "data-needs-script hidden" in page
    assert "/alder/portal/requests/new/" in page


def test_the_desks_first_page_says_who_waits(cast: Cast, begin: Begin, signed_in: SignIn) -> None:
    def page() -> str:
        return signed_in("tess").get("/alder/desk/").content.decode()

    assert 'id="chats-title"' not in page()
    chat = begin()
    assert "1 waits for somebody" in page()
    with open_scope(cast.staff_scope(name="tess")):
        chat_take(chat=chat, person=cast.person("tess"))
    assert "1 of yours goes on" in page()


@pytest.mark.rule("I5")
def test_the_desks_acts_work_without_script_too(cast: Cast, begin: Begin, signed_in: SignIn) -> None:
    chat, tess, theo = begin(), signed_in("tess"), signed_in("theo")
    path = f"/alder/desk/chat/{chat.pk}/"

    def act(client: Client, action: str, **values: str) -> str:
        return client.post(f"{path}{action}/", values, follow=True).content.decode()

    act(tess, "take")
    assert "Tess has this chat" in act(theo, "take")
    assert "Agreed." in act(
        tess,
        "call-back",
        at=f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        phone="01632 960001",
    )
    assert "Choose a time to come." in act(tess, "call-back", at="2020-01-01T10:00", phone="1")
    assert "Handed over." in act(tess, "hand-over", to=str(_person(cast, "theo")))
    assert "Ended." in act(theo, "end")
    with open_scope(cast.staff_scope()):
        found = Chat.objects.get()
        assert (found.ended_by, found.assignee) == (ChatEnd.DESK, cast.person("theo"))
        assert CallBack.objects.get().ticket == found.ticket


def test_a_message_after_the_end_is_refused_in_words(
    cast: Cast, begin: Begin, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    chat = begin()
    with open_scope(cast.staff_scope(name="tess")):
        chat_end(chat=chat, by=ChatEnd.DESK)
    answer = signed_in("rita").post(f"/alder/portal/chat/{chat.pk}/say/", {"text": "x", "key": key()})
    assert (answer.status_code, answer.json()) == (409, {"error": "This chat has ended."})


def _person(cast: Cast, name: str) -> int:
    with open_scope(cast.staff_scope()):
        return cast.person(name).pk
