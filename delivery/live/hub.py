"""One subscription for each process, however many pages listen: an asyncio queue for each of them."""

import asyncio
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio as aioredis
from asgiref.sync import sync_to_async
from django.conf import settings
from redis.exceptions import RedisError

from delivery.live.publish import channel

logger = logging.getLogger(__name__)

Event = dict[str, Any]
SYNC: Event = {"type": "sync"}  # something may have been missed: ask for everything that is new
QUEUE_LENGTH = 100  # a page that is slower than this asks afresh instead
AGAIN_SECONDS = (0.5, 1, 2, 5, 10)


class Listener:
    """One page's queue. What does not fit is replaced by one 'ask afresh'."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_LENGTH)

    def put(self, event: Event) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            event = SYNC
        self.queue.put_nowait(event)


class Hub:
    """Hands the events of the installation's channel to whoever listens to one of their topics."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many pages listen."""
        return len(self._everybody())

    @contextmanager
    def listen(self, topics: Iterable[str]) -> Iterator[Listener]:
        """A queue of the events of these topics, from now on."""
        listener, topics = Listener(), list(topics)
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            yield listener
        finally:
            for topic in topics:
                self._listeners[topic].discard(listener)
                if not self._listeners[topic]:
                    del self._listeners[topic]
            if not self._listeners:
                self._task.cancel()

    def _everybody(self) -> set[Listener]:
        return set().union(*self._listeners.values())

    async def _run(self) -> None:
        """Subscribe, and again whenever the server was away; then everybody asks afresh, for something may be lost."""
        name, failures = await sync_to_async(channel)(), 0
        while True:
            try:
                async with aioredis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
                    await pubsub.subscribe(name)
                    async for message in pubsub.listen():
                        if message["type"] == "subscribe":
                            failures = 0
                            self._hand([SYNC], self._everybody())
                        elif message["type"] == "message":
                            self._take(message["data"])
            except (RedisError, OSError) as error:
                logger.warning("No live news: %s. Pages ask by themselves.", type(error).__qualname__)
            await asyncio.sleep(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1

    def _take(self, data: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):  # what is not ours on the channel
            told = json.loads(data)
            listeners = set().union(*(self._listeners.get(topic, set()) for topic in told["to"]))
            self._hand([dict(told["event"])], listeners)

    @staticmethod
    def _hand(events: list[Event], listeners: Iterable[Listener]) -> None:
        for listener in listeners:
            for event in events:
                listener.put(event)


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
