"""Pages that listen to the live news of one web process, and what they hear of them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from benchmarks.memory import ROOT, proportional_bytes

PORT = 8766
BETWEEN_SECONDS = 0.02


@contextmanager
def web_process() -> Iterator[int]:
    """One web process, as it runs in production; its process id."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "concero_desk.settings"}
    command = ("-m", "uvicorn", "concero_desk.asgi:application", "--port", str(PORT))
    quiet = ("--log-level", "error", "--lifespan", "off", "--timeout-graceful-shutdown", "1")
    web = subprocess.Popen([sys.executable, *command, *quiet], cwd=ROOT, env=environment)
    try:
        yield web.pid
    finally:
        web.terminate()
        web.wait(timeout=30)


class Pages:
    """Pages that listen, the n-th of them to `topic_of(n)`; what they hear is timed from its publication."""

    def __init__(self, topic_of: Callable[[int], str], kind: str) -> None:
        self.heard: list[float] = []
        self._topic_of, self._kind = topic_of, kind
        self._told: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def listen(self, count: int) -> None:
        ready = [asyncio.Event() for _ in range(count)]
        first = len(self._tasks)
        for number, is_ready in enumerate(ready, start=first):
            self._tasks.append(asyncio.create_task(self._page(self._topic_of(number), is_ready)))
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in ready)), 60)

    async def be_told(self, count: int) -> list[float]:
        """Tell their topics something in turn, one after the other; the seconds until each page heard it."""
        from delivery.live.publish import channel, publish

        self.heard = []
        for turn in range(count):
            topic = self._topic_of(turn % len(self._tasks))
            words = json.dumps({"to": [topic], "event": {"type": self._kind, "seq": turn}})
            self._told[topic] = time.perf_counter()
            await asyncio.to_thread(publish, channel(), words)
            await asyncio.sleep(BETWEEN_SECONDS)
        await asyncio.sleep(1)
        return self.heard

    async def _page(self, topic: str, is_ready: asyncio.Event) -> None:
        from delivery.live.keys import live_address

        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(f"GET {live_address([topic])} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        async for line in reader:
            if line.startswith(b"event: sync"):
                is_ready.set()
            elif line.startswith(f"event: {self._kind}".encode()):
                self.heard.append(time.perf_counter() - self._told[topic])

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def told_and_memory(
    pages: Pages, pid: int, sizes: Sequence[int], told: int
) -> list[tuple[list[float], int]]:
    """For each number of pages, the seconds until they heard and what the web process needs."""
    await _until_it_answers()
    found, there = [], 0
    for size in sizes:
        await pages.listen(size - there)
        there = size
        await pages.be_told(sizes[0])  # warm
        found.append((await pages.be_told(told), proportional_bytes(pid)))
    await pages.leave()
    return found


async def _until_it_answers() -> None:
    for _ in range(200):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("The web process does not answer.")


def milliseconds(seconds: float) -> str:
    """As a table shows it."""
    return f"{seconds * 1e3:.1f} ms"
