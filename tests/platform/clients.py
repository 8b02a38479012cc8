"""Real processes that use an embedded server, for tests that kill them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

from concero_desk.embedded.paths import PROJECT_ROOT
from concero_desk.embedded.processes import wait_until

STOP_SECONDS = 30.0

# Holds a lease until its standard input ends.
SCRIPT = """
import sys
from collections.abc import Iterable
from pathlib import Path
from concero_desk.embedded import postgres, valkey
directory = Path(sys.argv[2])
if sys.argv[1] == "postgres":
    print(postgres.ensure_running(directory).owner, flush=True)
else:
    print(valkey.ensure_running(directory), flush=True)
sys.stdin.read()
"""


class Client:
    """A process that has called ``ensure_running``."""

    def __init__(self, kind: str, directory: Path, *, python: str = sys.executable, **options: Any) -> None:
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [python, "-c", SCRIPT, kind, str(directory)],
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def url(self) -> str:
        """Wait for the server and return its address; fail with the process's own words."""
        assert self.process.stdout
        assert self.process.stderr
        line = self.process.stdout.readline().strip()
        assert line, self.process.stderr.read()
        return line

    def leave(self) -> None:
        """End in the ordinary way."""
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End with SIGKILL."""
        self.process.kill()
        self.process.communicate()


def pids(directory: Path) -> dict[str, int]:
    """Return the process ids of the supervisor and the server."""
    return dict(json.loads((directory / "pids.json").read_text()))


def is_alive(pid: int) -> bool:
    """Tell whether the process runs (a zombie does not)."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(*processes: int) -> None:
    """Wait for the processes to end; fail when they do not."""
    assert wait_until(lambda: not any(map(is_alive, processes)), seconds=STOP_SECONDS)


def kill_family(pid: int) -> None:
    """Kill a process and everything below it at once."""
    parent = psutil.Process(pid)
    kill_all([parent, *parent.children(recursive=True)])


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Send SIGKILL to each; one that its parent's death has ended already is no concern."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def stop_server(directory: Path) -> None:
    """End whatever still serves the directory; for tidying up after a test."""
    try:
        supervisor = pids(directory)["supervisor"]
        os.kill(supervisor, signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        return
    wait_until_gone(supervisor)


def write_row(url: str) -> None:
    """Leave a committed row behind."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('here')")


def row_count(url: str) -> int:
    """Count the rows that `write_row` left."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row
    return int(row[0])


def accepts_connections(url: str) -> bool:
    """Tell whether a PostgreSQL takes new sessions."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def valkey_answers(url: str) -> bool:
    """Tell whether a Valkey answers."""
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.ConnectionError:
        return False
