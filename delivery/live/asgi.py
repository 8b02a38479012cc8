"""The stream itself, beside Django: it needs no database, no session and no thread, only a key (see `keys`).

A request that Django answers holds a thread as long as it lasts; five hundred pages would be five hundred threads.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from delivery.live.hub import SYNC, Event, hub
from delivery.live.keys import PATH, topics_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

STREAM_SECONDS = 300.0  # then the page asks for a new key, and is authorised again
QUIET_SECONDS = 15.0  # a line now and then, so that no proxy takes the silence for the end
MOST_STREAMS = 2000  # of one process; who comes then asks from time to time
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def with_live(application: Application) -> Application:
    """The application, with the stream of live news beside it."""

    async def route(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await stream(scope, receive, send)
        else:
            await application(scope, receive, send)

    return route


async def stream(scope: Message, receive: Receive, send: Send) -> None:
    """Server-sent events for a key; 204, which no browser tries again, where it opens nothing (any more)."""
    key = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
    topics = topics_of(key) if scope["method"] == "GET" else []
    if not topics or hub().count >= MOST_STREAMS:
        await send({"type": "http.response.start", "status": 204, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b""})
        return
    gone = asyncio.create_task(_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        async for words in _words(topics, gone):
            await send({"type": "http.response.body", "body": words, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _words(topics: list[str], gone: "asyncio.Task[None]") -> AsyncIterator[bytes]:
    """First 'ask afresh', since the page may have missed something before it listened; then events as they come."""
    ends = asyncio.get_running_loop().time() + STREAM_SECONDS
    with hub().listen(topics) as listener:
        yield _frame(SYNC)
        while not gone.done() and (left := ends - asyncio.get_running_loop().time()) > 0:
            heard = asyncio.ensure_future(listener.queue.get())
            await asyncio.wait(
                {heard, gone}, timeout=min(left, QUIET_SECONDS), return_when=asyncio.FIRST_COMPLETED
            )
            if heard.done():
                yield _frame(heard.result())
            else:
                heard.cancel()
                yield b": still here\n\n"


def _frame(event: Event) -> bytes:
    """One event. Its id is the message's number in the chat, which a browser names when it comes back."""
    number = f"id: {event['seq']}\n" if event.get("type") == "chat" else ""
    data = json.dumps({name: value for name, value in event.items() if name != "type"})
    return f"{number}event: {event['type']}\ndata: {data}\n\n".encode()
