"""The stream of live news as a test listens to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections

from delivery.live.asgi import stream
from delivery.live.keys import PATH

PATIENCE = 10.0


@dataclass
class Listening:
    """A connection to the stream, as a server makes it for a browser."""

    status: int = 0
    events: "asyncio.Queue[tuple[str, Any]]" = field(default_factory=asyncio.Queue)

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        for frame in message.get("body", b"").decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
            if lines:
                self.events.put_nowait((lines["event"], json.loads(lines["data"])))

    async def next(self) -> tuple[str, Any]:
        return await asyncio.wait_for(self.events.get(), PATIENCE)

    async def until(self, kind: str) -> Any:
        while True:
            name, data = await self.next()
            if name == kind:
                return data


@asynccontextmanager
async def listening(address: str) -> AsyncIterator[Listening]:
    """Open the stream, and hang up at the end."""
    page, hang_up = Listening(), asyncio.Event()

    async def receive() -> dict[str, str]:
        await hang_up.wait()
        return {"type": "http.disconnect"}

    query = address.partition("?")[2].encode()
    scope = {"type": "http", "method": "GET", "path": PATH, "query_string": query}
    task = asyncio.create_task(stream(scope, receive, page.send))
    try:
        yield page
    finally:
        hang_up.set()
        await asyncio.wait_for(task, PATIENCE)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await work()
        await sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as pool:  # the browser tests may have left a loop running in this thread
        pool.submit(asyncio.run, whole()).result()
