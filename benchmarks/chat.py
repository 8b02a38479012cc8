"""Five hundred visitors who listen to one web process: what they cost in memory, and how soon a message is told."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

from benchmarks.memory import ROOT, proportional_bytes
from benchmarks.project import set_up_django
from benchmarks.registry import Direction, Ratio, benchmark

FEW, MANY, TOLD = 10, 500, 200
PORT = 8766
BETWEEN_SECONDS = 0.02


class Visitors:
    """Pages that listen, each to a chat of its own; what they hear is timed from its publication."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self._told: dict[int, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def listen(self, count: int) -> None:
        ready = [asyncio.Event() for _ in range(count)]
        first = len(self._tasks)
        for number, is_ready in enumerate(ready, start=first):
            self._tasks.append(asyncio.create_task(self._page(number, is_ready)))
        await asyncio.wait_for(asyncio.gather(*(one.wait() for one in ready)), 60)

    async def be_told(self, count: int) -> list[float]:
        """Tell some of them something, one after the other; the seconds until each heard it."""
        from delivery.live.publish import channel, publish

        self.heard = []
        for turn in range(count):
            chat = turn % len(self._tasks)
            words = f'{{"to": ["chat:{chat}"], "event": {{"type": "chat", "chat": {chat}, "seq": {turn}}}}}'
            self._told[chat] = time.perf_counter()
            await asyncio.to_thread(publish, channel(), words)
            await asyncio.sleep(BETWEEN_SECONDS)
        await asyncio.sleep(1)
        return self.heard

    async def _page(self, chat: int, is_ready: asyncio.Event) -> None:
        from delivery.live.keys import live_address

        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        writer.write(f"GET {live_address([f'chat:{chat}'])} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        async for line in reader:
            if line.startswith(b"event: sync"):
                is_ready.set()
            elif line.startswith(b"event: chat"):
                self.heard.append(time.perf_counter() - self._told[chat])

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@benchmark("chat")
def visitors_of_one_process() -> Iterable[Ratio]:
    set_up_django("tests.settings")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "concero_desk.settings"}
    command = ("-m", "uvicorn", "concero_desk.asgi:application", "--port", str(PORT))
    quiet = ("--log-level", "error", "--lifespan", "off", "--timeout-graceful-shutdown", "1")
    web = subprocess.Popen([sys.executable, *command, *quiet], cwd=ROOT, env=environment)
    try:
        few, many, memory = asyncio.run(_measure(web.pid))
    finally:
        web.terminate()
        web.wait(timeout=30)
    each = (memory[1] - memory[0]) / (MANY - FEW) / 1e3
    yield Ratio(
        f"chat: told among {MANY} / among {FEW}",
        statistics.median(many) / statistics.median(few),
        3,
        Direction.AT_MOST,
        f"median {_ms(statistics.median(many))} and {_ms(statistics.median(few))}, "
        f"99 of 100 within {_ms(statistics.quantiles(many, n=100)[98])}",
    )
    yield Ratio(f"chat: messages not told among {MANY}", TOLD - len(many), 0, Direction.AT_MOST, f"of {TOLD}")
    yield Ratio(
        f"chat: memory of the web with {MANY} / with {FEW}",
        memory[1] / memory[0],
        1.6,
        Direction.AT_MOST,
        f"{memory[1] / 1e6:.0f} and {memory[0] / 1e6:.0f} MB: {each:.0f} kB for each",
    )


async def _measure(pid: int) -> tuple[list[float], list[float], tuple[int, int]]:
    visitors = Visitors()
    await _until_it_answers()
    await visitors.listen(FEW)
    await visitors.be_told(FEW)  # warm
    few = await visitors.be_told(TOLD)
    little = proportional_bytes(pid)
    await visitors.listen(MANY - FEW)
    many = await visitors.be_told(TOLD)
    much = proportional_bytes(pid)
    await visitors.leave()
    return few, many, (little, much)


async def _until_it_answers() -> None:
    for _ in range(200):
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("The web process does not answer.")


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"
