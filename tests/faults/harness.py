"""What tests of sudden death share: jobs that are killed anywhere, real workers and beats, owners' eyes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from concero_desk.embedded.paths import PROJECT_ROOT

SOAK = bool(os.environ.get("SOAK"))


def share(full: int, of_ci: int) -> int:
    """A size: the full one with SOAK=1, a share of it on the build server."""
    return full if SOAK else of_ci


@dataclass(frozen=True)
class Outcome:
    """What became of a job. `contacts` counts its statements, commits and mail commands, twice each."""

    killed: bool
    contacts: int
    result: Any
    error: str


class Jobs:
    """Runs functions of the project in children of a process of its own, and kills them where told."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**environment, "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.fork_server"],
            cwd=PROJECT_ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._line() == "ready"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def __call__(self, call: str, *arguments: Any, kill_at: int | None = None) -> Outcome:
        """Run `module:function` with these arguments; without `kill_at` it must succeed."""
        assert self.process.stdin is not None
        self.process.stdin.write(
            json.dumps({"call": call, "arguments": arguments, "kill_at": kill_at}) + "\n"
        )
        self.process.stdin.flush()
        outcome = Outcome(**json.loads(self._line()))
        assert not outcome.error, outcome.error
        assert kill_at is not None or not outcome.killed
        return outcome

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def kill_points(contacts: int, *, at_most: int, offset: int = 0) -> list[int]:
    """Points spread evenly over a job, all of them with SOAK=1."""
    step = 1 if SOAK else max(1, contacts // at_most)
    return list(range(1 + offset % step, contacts + 1, step))


class Daemon:
    """A worker, a beat or a web process, in a group of its own, so that a kill takes all of it."""

    def __init__(self, environment: dict[str, str], *command: str, log: Path) -> None:
        self.log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=PROJECT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self) -> None:
        """SIGKILL for the process and its children, as the machine's memory killer or a power cut does it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@contextlib.contextmanager
def daemons() -> Iterator[list[Daemon]]:
    """A list whose daemons are killed at the end."""
    started: list[Daemon] = []
    try:
        yield started
    finally:
        for daemon in started:
            daemon.kill()


def worker(environment: dict[str, str], name: str, log: Path, *, processes: int = 2) -> Daemon:
    """A Celery worker."""
    options = ["--concurrency", str(processes), "--hostname", f"{name}@%h", "--loglevel", "INFO"]
    options += ["--without-gossip", "--without-mingle"]
    return Daemon(environment, "celery", "-A", "concero_desk", "worker", *options, log=log / f"{name}.log")


def beat(environment: dict[str, str], name: str, log: Path) -> Daemon:
    """A Celery beat."""
    pidfile = f"--pidfile={log / name}.pid"
    return Daemon(environment, "celery", "-A", "concero_desk", "beat", pidfile, log=log / f"{name}.log")


def wait_for(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Poll until it holds; a failure names what was waited for."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.1)


class Owner:
    """Questions to the database as the tables' owner, who sees every tenant. Connects anew for each."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def number(self, query: str, *values: Any) -> int:
        """The single number that a query returns."""
        return int(self.ask(query, *values)[0][0])
