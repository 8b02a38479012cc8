"""The stream under ASGI: news arrive, and a visitor who was cut off loses nothing and gets nothing twice."""

import asyncio
from collections.abc import Callable

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.test import Client
from redis.exceptions import RedisError

from accounts.tenancy.scope import open_scope
from chat.models import Chat, ChatMessage
from chat.services.conversation import chat_answer, chat_take
from delivery.live import asgi, hub, keys, server
from delivery.live.asgi import stream
from delivery.live.keys import PATH, live_address
from tests.cast import Cast
from tests.chat.conftest import Begin, key
from tests.streams import PATIENCE, Listening, listening, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("I4")]
SignIn = Callable[[str], Client]


def answer(cast: Cast, chat: Chat, text: str) -> None:
    with open_scope(cast.staff_scope(name="tess")):
        tess = cast.person("tess")
        chat_take(chat=chat, person=tess)
        chat_answer(chat=chat, author=tess, text=text, key=key())


class Visitor:
    """What the page's script does: it asks for what is behind its last line, and keeps that."""

    def __init__(self, client: Client, chat: Chat) -> None:
        self.client, self.path = client, f"/alder/portal/chat/{chat.pk}/news/"
        self.last, self.live = 0, ""
        self.shown: list[str] = []

    def ask(self) -> None:
        news = self.client.get(self.path, {"after": self.last}).json()
        self.shown += [word for word in ("one", "two", "three", "four") if f">{word}<" in news["html"]]
        self.last, self.live = news["last"], news["live"]


def test_a_visitor_who_is_cut_off_loses_and_doubles_nothing(
    cast: Cast, begin: Begin, signed_in: SignIn
) -> None:
    chat, client = begin(), signed_in("rita")
    visitor = Visitor(client, chat)

    async def journey() -> None:
        ask, say = sync_to_async(visitor.ask), sync_to_async(answer)
        await ask()
        async with listening(visitor.live) as page:
            assert (await page.next())[0] == "sync"
            await page.until("sync")  # subscribed
            await say(cast, chat, "one")
            while visitor.shown != ["one"]:
                await page.until("chat")
                await ask()
        # The web process restarts: its hub is gone, and what is said meanwhile is told to nobody.
        hub._hubs.clear()
        await say(cast, chat, "two")
        await say(cast, chat, "three")
        await ask()  # the page's own question, which brings a new key
        async with listening(visitor.live) as page:
            await page.until("sync")
            await ask()
            await page.until("sync")
            await say(cast, chat, "four")
            while "four" not in visitor.shown:
                await page.until("chat")
                await ask()

    run(journey)
    assert visitor.shown == ["one", "two", "three", "four"]


def test_events_reach_their_own_topics_alone_and_carry_no_words(cast: Cast, begin: Begin) -> None:
    chat, alder, birch = begin(), cast.provider_id("alder"), cast.provider_id("birch")

    async def journey() -> None:
        async with (
            listening(live_address([f"chat:{chat.pk}"])) as own,
            listening(live_address([f"desk:{alder}"])) as desk,
            listening(live_address([f"chat:{chat.pk + 1}", f"desk:{birch}"])) as others,
        ):
            for page in (own, desk, others):
                assert await page.next() == ("sync", {})
            await own.until("sync")  # the first of them has subscribed for all
            await sync_to_async(answer)(cast, chat, "secret words")
            for page in (own, desk):
                assert await page.until("chat") == {"chat": chat.pk, "seq": 2}
                assert "secret" not in str(await page.until("chat"))
            heard = [others.events.get_nowait()[0] for _ in range(others.events.qsize())]
            assert set(heard) <= {"sync"}

    run(journey)


def test_a_key_opens_nothing_when_it_is_old_or_not_ours(begin: Begin, clock: time_machine.Traveller) -> None:
    address = live_address(["chat:1"])
    assert keys.topics_of(address.partition("key=")[2].replace("%3A", ":")) == ["chat:1"]

    async def refused() -> None:
        for wrong in (f"{PATH}?key=x", PATH, address):
            async with listening(wrong) as page:
                while not page.status:
                    await asyncio.sleep(0.01)
                assert page.status == 204, wrong

    clock.shift(keys.KEY_SECONDS + 1)
    run(refused)


def test_a_stream_ends_by_itself_so_that_it_is_authorised_again(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "STREAM_SECONDS", 0.05)

    async def short() -> None:
        page = Listening()

        async def receive() -> dict[str, str]:
            await asyncio.Event().wait()
            return {}

        query = live_address(["chat:1"]).partition("?")[2].encode()
        scope = {"type": "http", "method": "GET", "path": PATH, "query_string": query}
        await asyncio.wait_for(stream(scope, receive, page.send), PATIENCE)
        assert page.status == 200

    run(short)


def test_a_page_that_is_too_slow_asks_afresh_instead() -> None:
    listener = hub.Listener()
    for number in range(hub.QUEUE_LENGTH + 1):
        listener.put({"type": "chat", "chat": 1, "seq": number})
    assert listener.queue.qsize() == 1
    assert listener.queue.get_nowait() == hub.SYNC


def test_a_lost_redis_stops_no_message_and_is_left_alone_for_a_while(
    cast: Cast, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Lost:
        def publish(self, name: str, words: str) -> None:
            asked.append(words)
            raise RedisError

    monkeypatch.setattr(server, "_client", Lost)
    monkeypatch.setattr(server, "_quiet_until", 0.0)
    chat = begin()
    answer(cast, chat, "It is there all the same")
    with open_scope(cast.staff_scope()):
        assert ChatMessage.objects.filter(chat=chat, side="desk").count() == 1
    assert len(asked) == 1
