"""How a process starts or joins an embedded server."""

import subprocess
import sys
from typing import IO

from concero_desk.embedded import locks
from concero_desk.embedded.errors import EmbeddedServerError
from concero_desk.embedded.paths import PROJECT_ROOT
from concero_desk.embedded.processes import wait_until
from concero_desk.embedded.server import START_SECONDS, Server

_leases: dict[str, IO[bytes]] = {}


def attach(server: Server) -> None:
    """Make sure the server runs, and keep it running for the life of this process.

    May be called again at any time: it costs a few milliseconds while the server runs and starts it again
    otherwise.

    :raises EmbeddedServerError: the server cannot start.
    """
    key = str(server.directory)
    if key not in _leases:
        try:
            server.directory.mkdir(parents=True, exist_ok=True)
            _leases[key] = locks.hold_shared(server.lease)  # waits while a supervisor is stopping the server
        except PermissionError as error:
            raise EmbeddedServerError(
                f"{error.filename} belongs to another user. Work as that user, or remove {server.directory}."
            ) from error
    with locks.exclusive(server.start_lock):
        if not wait_until(lambda: _is_served(server), seconds=START_SECONDS):
            raise EmbeddedServerError(f"The embedded {server.kind} does not answer. See {server.log}")


def _is_served(server: Server) -> bool:
    """Tell whether a supervised server answers; start a supervisor when there is none."""
    if not locks.is_held_exclusively(server.supervisor_lock):
        _start_supervisor(server)
    return server.is_ready()


def _start_supervisor(server: Server) -> None:
    """Run the supervisor's launcher, which returns when the server is ready.

    :raises EmbeddedServerError: with the launcher's message, when the server cannot start.
    """
    command = [sys.executable, "-m", "concero_desk.embedded.supervisor", server.kind, str(server.directory)]
    if server.fast:
        command.append("--fast")
    launched = subprocess.run(  # noqa: S603 - our own module
        command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if launched.returncode != 0:
        reason = launched.stderr.strip() or f"exit status {launched.returncode}"
        raise EmbeddedServerError(f"The embedded {server.kind} did not start: {reason}")
