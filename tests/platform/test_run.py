"""`make run`: the parts start together and end together, whichever way the end comes."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import pytest

from concero_desk.embedded.paths import PROJECT_ROOT
from concero_desk.embedded.processes import wait_until
from tests.platform.clients import wait_until_gone
from tests.plugins.database import ScratchDatabase

pytestmark = pytest.mark.faults

LAST_LINE = "Ctrl-C stops everything."


@dataclass
class Running:
    """A desk that runs, its port and the processes it started."""

    process: subprocess.Popen[str]
    port: int

    def wait_until_ready(self) -> str:
        """Return everything that it said before it was ready."""
        said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            said += line
            if LAST_LINE in line:
                return said
        pytest.fail(f"The desk ended with status {self.process.wait()}:\n{said}")

    def family(self) -> list[int]:
        """Every process below it, once all of them are there: web, worker with its pool of two, beat."""
        desk = psutil.Process(self.process.pid)
        assert wait_until(lambda: len(desk.children(recursive=True)) >= 5, seconds=60)
        return [child.pid for child in desk.children(recursive=True)]

    def part(self, word: str) -> psutil.Process:
        """The direct child whose command contains the word."""
        return next(
            child
            for child in psutil.Process(self.process.pid).children()
            if word in " ".join(child.cmdline())
        )


@pytest.fixture
def desk(scratch_database: Callable[[], ScratchDatabase]) -> Iterator[Running]:
    """A desk on a database and a port of its own: a desk that runs in the same folder is not disturbed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **scratch_database().environment,
        "PORT": str(port),
        "REDIS_URL": os.environ["REDIS_URL"].replace("db=0", "db=9"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.run", "--no-demo"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield Running(process, port)
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_stops_everything(desk: Running, wanted: signal.Signals) -> None:
    desk.wait_until_ready()
    with urllib.request.urlopen(f"http://127.0.0.1:{desk.port}/healthz", timeout=5) as answer:
        assert answer.status == 200
    children = desk.family()
    desk.process.send_signal(wanted)
    rest, _ = desk.process.communicate(timeout=30)
    assert desk.process.returncode == 0, rest
    assert "Traceback" not in rest
    wait_until_gone(*children)


def test_killed_it_leaves_no_child_behind(desk: Running) -> None:
    desk.wait_until_ready()
    children = desk.family()
    desk.process.kill()
    wait_until_gone(*children)


@pytest.mark.parametrize("part", ["uvicorn", "worker"])
def test_a_part_that_ends_ends_the_rest_and_is_named(desk: Running, part: str) -> None:
    desk.wait_until_ready()
    children = desk.family()
    desk.part(part).kill()
    rest, _ = desk.process.communicate(timeout=30)
    assert desk.process.returncode == 1
    assert f"The {'web' if part == 'uvicorn' else part} ended with status -9" in rest
    wait_until_gone(*children)


def test_a_taken_port_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "tools.run"],
            cwd=PROJECT_ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} cannot be used (Address already in use)" in done.stderr
    assert "make run PORT=" in done.stderr


@pytest.mark.parametrize("port", ["eight thousand", "0", "65536"])
def test_a_port_that_is_none_is_said_at_once(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.run"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PORT: Input should be" in done.stderr
    assert "Traceback" not in done.stderr
