"""The embedded PostgreSQL."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from concero_desk.embedded.client import attach
from concero_desk.embedded.errors import EmbeddedServerError
from concero_desk.embedded.paths import VAR, postgres_binary, socket_directory
from concero_desk.embedded.processes import die_with_parent, is_running_in, unprivileged_prefix, wait_until
from concero_desk.embedded.server import Server

DATABASE = "concero_desk"
OWNER = "hd_owner"
APP = "hd_app"
SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent", "citext")
DIRECTORY = VAR / "postgres"
TEST_DIRECTORY = VAR / "test-postgres"
PORT = 5432
"""Only a part of the socket's name: the server listens on no network address."""

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

# --locale=C breaks pg_trgm on letters outside ASCII; the built-in provider is the same on every system.
INITDB_OPTIONS = (
    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    *("--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"),
    *(f"--username={SUPERUSER}", "--auth=trust", "--no-instructions"),
)


@dataclass(frozen=True)
class PostgresUrls:
    """Connection URLs of one database for the roles that use it."""

    owner: str
    """Owns the database and its tables: migrations."""
    app: str
    """Owns nothing and cannot bypass row-level security: web and workers."""
    superuser: str
    """For tests and repairs only."""


def urls(directory: Path = DIRECTORY, database: str = DATABASE) -> PostgresUrls:
    """Return the addresses of a database of the server in ``directory``, without starting it."""
    place = f"/{quote(database)}?host={quote(str(socket_directory(directory.absolute())))}&port={PORT}"
    return PostgresUrls(*(f"postgresql://{role}@{place}" for role in (OWNER, APP, SUPERUSER)))


def ensure_running(directory: Path = DIRECTORY, *, fast: bool = False) -> PostgresUrls:
    """Start the PostgreSQL that lives in ``directory``, or join it, until this process ends; return its URLs.

    ``fast`` turns durability off (tests). Whoever starts the server decides; use one directory for each
    purpose.

    :raises EmbeddedServerError: the server cannot start; the message says why.
    """
    attach(Postgres(directory.absolute(), fast))
    return urls(directory)


def ensure_test_running() -> PostgresUrls:
    """Start or join the server of the test suite, whose data survive no crash and disturb no running desk."""
    return ensure_running(TEST_DIRECTORY, fast=True)


@dataclass(frozen=True)
class Postgres(Server):
    """PostgreSQL with its data in ``directory/data``."""

    kind: ClassVar[str] = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast shutdown": open sessions are ended

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.directory / "data"

    @property
    def sockets(self) -> Path:
        """Private directory of the server's socket."""
        return socket_directory(self.directory)

    def prepare(self) -> None:
        """Create the cluster on the first start; clear what a killed server left behind."""
        if not self.data.exists():
            self._initialise()
        self._refuse_other_version()
        self._end_leftover()
        if os.geteuid() == 0:
            unprivileged_prefix(self.data, self.stop_signal)  # settles who owns the data
            owner = self.data.stat()
            os.chown(self.sockets, owner.st_uid, owner.st_gid)

    def command(self) -> list[str]:
        """Return the command that runs the server in the foreground."""
        settings = SETTINGS | (FAST_SETTINGS if self.fast else {})
        settings |= {"unix_socket_directories": str(self.sockets), "unix_socket_permissions": "0700"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [str(postgres_binary("postgres")), "-D", str(self.data), "-p", str(PORT), *options]
        return [*unprivileged_prefix(self.data, self.stop_signal), *server]

    def is_ready(self) -> bool:
        """Ask the server itself: a killed postmaster may linger as a zombie and keep its process id."""
        probe = [
            str(postgres_binary("pg_isready")),
            "-q",
            "-h",
            str(self.sockets),
            "-p",
            str(PORT),
            "-t",
            "3",
        ]
        probe += ["-d", "postgres", "-U", SUPERUSER]
        return subprocess.run(probe, check=False, env=self.environment()).returncode == 0  # noqa: S603

    def _initialise(self) -> None:
        """Create the cluster beside its final place and rename it when it is complete."""
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        prefix = unprivileged_prefix(fresh, signal.SIGTERM)
        self._run([*prefix, str(postgres_binary("initdb")), "-D", str(fresh), *INITDB_OPTIONS])
        single = [
            *prefix,
            str(postgres_binary("postgres")),
            "--single",
            "-D",
            str(fresh),
            "-c",
            "exit_on_error=on",
        ]
        self._run([*single, "template1"], [f"CREATE EXTENSION {name}" for name in EXTENSIONS])
        self._run([*single, "postgres"], _ROLES_AND_DATABASE)
        fresh.rename(self.data)

    def _run(self, command: list[str], statements: list[str] | None = None) -> None:
        done = subprocess.run(  # noqa: S603 - our own binaries
            command,
            input="".join(f"{statement}\n" for statement in statements or []),
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(),
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if done.returncode != 0:
            raise EmbeddedServerError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")

    def _refuse_other_version(self) -> None:
        data_version = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        program = subprocess.run(  # noqa: S603
            [str(postgres_binary("postgres")), "--version"], capture_output=True, text=True, check=True
        )
        program_version = program.stdout.split()[2].split(".")[0]
        if data_version != program_version:
            raise EmbeddedServerError(
                f"{self.data} was written by PostgreSQL {data_version}, but {program_version} is installed. "
                "Move it away and load a dump, see docs/operators/install.md."
            )

    def _end_leftover(self) -> None:
        """Stop a server that outlived its supervisor, and remove the lock files of one that was killed.

        PostgreSQL itself trusts ``kill(pid, 0)``, which a zombie or a stranger with the same number answers.
        """
        lock = self.data.resolve() / "postmaster.pid"
        if not lock.exists() or not Path("/proc/self").exists():
            return
        pid = int(lock.read_text(encoding="utf-8").split()[0])
        for sent in (signal.SIGINT, signal.SIGQUIT):
            if is_running_in(pid, lock.parent):
                os.kill(pid, sent)
                wait_until(lambda: not is_running_in(pid, lock.parent), seconds=10)
        if is_running_in(pid, lock.parent):
            raise EmbeddedServerError(
                f"Another PostgreSQL, process {pid}, uses {self.data} and does not stop."
            )
        lock.unlink(missing_ok=True)
        (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


_ROLES_AND_DATABASE = [
    f"CREATE ROLE {APP} LOGIN NOBYPASSRLS",
    f"CREATE ROLE {OWNER} LOGIN NOBYPASSRLS CREATEDB",
    f"GRANT {APP} TO {OWNER}",
    f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
]
