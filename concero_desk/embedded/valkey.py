"""The embedded Valkey (speaks Redis): queue hints, live updates and caches, never truth."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode

from concero_desk.embedded.client import attach
from concero_desk.embedded.paths import VAR, socket_directory, valkey_binary
from concero_desk.embedded.server import Server

_ANSWER_SECONDS = 2.0
_LAST_DATABASE = 15  # of the sixteen that a server has unless told otherwise


DIRECTORY = VAR / "valkey"
TEST_DIRECTORY = VAR / "test-valkey"


def url(directory: Path = DIRECTORY) -> str:
    """Return the address of the Valkey that lives in ``directory``, for redis-py, without starting it."""
    return f"unix://{Valkey(directory.absolute()).socket}?db=0"


def broker_url(redis_url: str) -> str:
    """Return an address in Celery's spelling (``redis+socket:`` where redis-py says ``unix:``)."""
    scheme, _, rest = redis_url.partition("://")
    return f"redis+socket://{rest.replace('db=', 'virtual_host=')}" if scheme == "unix" else redis_url


def cache_url(redis_url: str) -> str:
    """Return the same server's address with another database than the queue's: the next one, below it for the last."""
    address, _, query = redis_url.partition("?")
    options = dict(parse_qsl(query))
    number = "" if address.startswith("unix:") else address.rpartition("/")[2]
    queue = int(options.get("db") or (number if number.isdigit() else 0))
    options["db"] = str(queue + 1 if queue < _LAST_DATABASE else queue - 1)
    return f"{address}?{urlencode(options, safe='/')}"


def ensure_running(directory: Path = DIRECTORY, *, fast: bool = False) -> str:
    """Start the Valkey that lives in ``directory``, or join it, until this process ends; return its address.

    ``fast`` keeps nothing on disk (tests).

    :raises EmbeddedServerError: the server cannot start; the message says why.
    """
    attach(Valkey(directory.absolute(), fast))
    return url(directory)


def ensure_test_running() -> str:
    """Start or join the server of the test suite."""
    return ensure_running(TEST_DIRECTORY, fast=True)


@dataclass(frozen=True)
class Valkey(Server):
    """Valkey with its append-only file in ``directory/data``."""

    kind: ClassVar[str] = "valkey"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    @property
    def data(self) -> Path:
        """Directory of the append-only file."""
        return self.directory / "data"

    @property
    def socket(self) -> Path:
        """The server's only address."""
        return socket_directory(self.directory) / "valkey.sock"

    def prepare(self) -> None:
        """Make the data directory."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)

    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "no",
            "save": "",
            "appendonly": "no" if self.fast else "yes",
        }
        return [
            str(valkey_binary()),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ]

    def is_ready(self) -> bool:
        """Tell whether the server answers PING (it says LOADING while it reads its append-only file)."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(_ANSWER_SECONDS)
            try:
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(64).startswith(b"+PONG")
            except OSError:
                return False
