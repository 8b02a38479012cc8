"""What the supervisor and the client need to know about a server."""

import os
import signal
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

START_SECONDS = 60.0
"""How long a server may take to start, crash recovery included."""


@dataclass(frozen=True)
class Server(ABC):
    """One embedded server: everything it owns lies in ``directory``."""

    directory: Path
    fast: bool = False
    """For tests: trade durability for speed."""

    kind: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    @property
    def lease(self) -> Path:
        """Lock file that every process using the server holds shared."""
        return self.directory / "lease.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Lock file that the living supervisor holds exclusively."""
        return self.directory / "supervisor.lock"

    @property
    def start_lock(self) -> Path:
        """Lock file that lets one process at a time start a supervisor."""
        return self.directory / "start.lock"

    @property
    def pids(self) -> Path:
        """JSON file with the process ids of the supervisor and the server, for people and tests."""
        return self.directory / "pids.json"

    @property
    def log(self) -> Path:
        """The server's and the supervisor's messages."""
        return self.directory / "server.log"

    @abstractmethod
    def prepare(self) -> None:
        """Create the data on the first start, clear what a killed server left."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Tell whether the server answers requests now."""

    def environment(self) -> dict[str, str]:
        """Return the server's environment: none of the caller's PG* or locale variables may reach it."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
