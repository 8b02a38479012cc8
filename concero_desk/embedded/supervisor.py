"""The process that owns one embedded server: ``python -m concero_desk.embedded.supervisor KIND DIRECTORY``.

The command returns when the server is ready and leaves the supervisor behind, detached from the terminal.
It starts the server again when that dies, and stops it when no process has held the lease for a few
seconds. When the supervisor itself is killed the kernel stops the server, and the next process that needs
one starts both again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NoReturn

from concero_desk.embedded import locks
from concero_desk.embedded.errors import EmbeddedServerError
from concero_desk.embedded.postgres import Postgres
from concero_desk.embedded.processes import die_with_parent, wait_until
from concero_desk.embedded.server import START_SECONDS, Server
from concero_desk.embedded.valkey import Valkey

LINGER_SECONDS = 5.0
"""How long a server stays up without a user, so that a row of short commands shares one start."""
POLL_SECONDS = 0.25
STOP_SECONDS = 30.0
START_ATTEMPTS = 5
START_PAUSE_SECONDS = 0.5
RESTARTS_ALLOWED = 5
RESTART_WINDOW_SECONDS = 60.0
LOG_BYTES_KEPT = 10_000_000

KINDS: dict[str, type[Server]] = {kind.kind: kind for kind in (Postgres, Valkey)}


class Supervisor:
    """Keeps one server running while anybody holds its lease."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.restarts: list[float] = []

    def start(self) -> None:
        """Start the server and wait until it answers.

        Tries more than once: the sessions of a killed PostgreSQL hold its shared memory for a moment longer.

        :raises EmbeddedServerError: it ended, or did not answer in time.
        """
        for _attempt in range(START_ATTEMPTS):
            if self._start_once():
                return
            time.sleep(START_PAUSE_SECONDS)
        raise EmbeddedServerError(f"it ended or did not answer. Its last words:\n{_tail(self.server.log)}")

    def _start_once(self) -> bool:
        self.server.prepare()
        process = subprocess.Popen(  # noqa: S603 - our own binaries
            self.server.command(),
            stdin=subprocess.DEVNULL,
            env=self.server.environment(),
            cwd=self.server.directory,
            preexec_fn=die_with_parent(self.server.stop_signal),
        )
        self.process = process
        pids = {"supervisor": os.getpid(), "server": process.pid}
        self.server.pids.write_text(json.dumps(pids), encoding="utf-8")
        wait_until(lambda: process.poll() is not None or self.server.is_ready(), seconds=START_SECONDS)
        if process.poll() is None and self.server.is_ready():
            return True
        self.stop()
        return False

    def watch(self) -> None:
        """Return, with the server stopped, when it is no longer needed."""
        idle_since: float | None = None
        lease: IO[bytes] | None = None
        while not self.stopping:
            self._restart_if_dead()
            lease = locks.try_exclusive(self.server.lease)
            idle_since = (idle_since or time.monotonic()) if lease else None
            if idle_since is not None and time.monotonic() - idle_since >= LINGER_SECONDS:
                break  # keeping the exclusive lease: who comes now waits until the server is down
            if lease:
                lease.close()
            time.sleep(POLL_SECONDS)
        self.stop()

    def stop(self) -> None:
        """Stop the server in an orderly way, or by force when it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.server.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say("it does not stop: killed")
            self.process.kill()
            self.process.wait()

    def _restart_if_dead(self) -> None:
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        self.restarts = [moment for moment in self.restarts if now - moment < RESTART_WINDOW_SECONDS] + [now]
        if len(self.restarts) > RESTARTS_ALLOWED:
            raise EmbeddedServerError(
                f"it died {RESTARTS_ALLOWED} times within {RESTART_WINDOW_SECONDS:.0f} s"
            )
        say(f"the server ended with status {self.process.returncode}: starting it again")
        self.start()


def say(message: str) -> None:
    """Write a line to the server's log."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC supervisor: {message}", flush=True)


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _detach(log: Path) -> None:
    """Leave the caller's session and write to the log from now on."""
    os.setsid()
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        log.unlink()
    with log.open("ab") as output, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())


def _run(server: Server, report: IO[str]) -> None:
    """Be the supervisor. An empty report to the launcher means ready, anything else is the reason why not."""
    supervisor = Supervisor(server)

    def ask_to_stop(_signal: int, _frame: object) -> None:
        supervisor.stopping = True

    signal.signal(signal.SIGTERM, ask_to_stop)
    with report:
        lock = locks.try_exclusive(server.supervisor_lock)
        if lock is None:  # another one was faster; the caller goes on and finds it
            return
        try:
            supervisor.start()
        except (EmbeddedServerError, OSError, ValueError) as error:
            say(str(error))
            report.write(str(error))
            return
    say(f"{server.kind} is ready")
    try:
        supervisor.watch()
        say("stopped on request" if supervisor.stopping else "stopped: nobody uses the server any more")
    except (EmbeddedServerError, OSError, ValueError) as error:
        say(f"gives up: {error}")
        supervisor.stop()
    finally:
        server.pids.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Leave a supervisor behind; exit with 0 when its server is ready, else with 1 and the reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("directory", type=Path)
    parser.add_argument("--fast", action="store_true", help="trade durability for speed (tests)")
    options = parser.parse_args(arguments)
    server = KINDS[options.kind](options.directory, options.fast)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        _detach(server.log)
        _run(server, os.fdopen(writer, "w", encoding="utf-8"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        reason = pipe.read()
    sys.exit(reason or 0)


if __name__ == "__main__":
    main()
