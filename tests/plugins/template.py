"""The migrated database that every test database is a copy of.

It is built once for each state of the code, by the project's own `migrate` in a process of its own, and
copied for each worker and each scratch database in a fraction of the time.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from concero_desk.embedded.paths import PROJECT_ROOT, VAR, postgres_binary

PREFIX = "template_desk_"
LOCK = VAR / "test-template.lock"
NOT_IN_THE_DATABASE = {".venv", "var", "tests", "docs", "tools", "benchmarks", "node_modules"}


def url_of(database: str, url: str) -> str:
    """Return the address of another database on the same server with the same login."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@contextmanager
def administration(owner_url: str) -> Iterator[psycopg.Connection]:
    """Connect as the owner, outside any transaction, to the server's maintenance database."""
    with psycopg.connect(url_of("postgres", owner_url), autocommit=True) as connection:
        yield connection


def ensure_template(owner_url: str) -> str:
    """Return the name of the migrated template; build it when the code changed since the last one."""
    name = PREFIX + _state_of_the_code()
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock, administration(owner_url) as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        existing = _databases(server, f"{PREFIX}%")
        if name not in existing:
            for old in existing:
                drop(server, old)
            _build(server, name)
    return name


def copy(server: psycopg.Connection, template: str, name: str) -> None:
    """Create a database as a copy of the template."""
    server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )


def drop(server: psycopg.Connection, name: str) -> None:
    """Remove a database, ending the sessions in it."""
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_abandoned(server: psycopg.Connection, prefix: str) -> None:
    """Remove databases named ``prefix`` + process id + ``_n`` whose process is gone."""
    for name in _databases(server, f"{prefix}%"):
        pid = name.removeprefix(prefix).split("_")[0]
        if not Path(f"/proc/{pid}").exists():
            drop(server, name)


def environment_for(database: str) -> dict[str, str]:
    """Return the environment in which a process of the project works on this database of the test server."""
    urls = {name: url_of(database, os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return {**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "concero_desk.settings"}


def migrate(environment: dict[str, str]) -> None:
    """Run the project's own `migrate` on the database of this environment."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The migrations failed:\n{done.stdout}{done.stderr}")


def fill(owner_url: str, template: str) -> None:
    """Bring an empty database of another embedded server to the state of the template, far sooner than by migrating.

    Raises CalledProcessError when either program fails.
    """
    source = url_of(template, os.environ["DATABASE_OWNER_URL"])
    dump = subprocess.run([postgres_binary("pg_dump"), source], capture_output=True, check=True)
    subprocess.run(
        [postgres_binary("psql"), "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", owner_url],
        input=dump.stdout,
        capture_output=True,
        check=True,
    )


def _databases(server: psycopg.Connection, pattern: str) -> list[str]:
    rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
    return [row[0] for row in rows]


def _build(server: psycopg.Connection, name: str) -> None:
    """Build under another name and rename: a template that exists is complete."""
    unfinished = f"unfinished_{PREFIX}"
    drop(server, unfinished)
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
    migrate(environment_for(unfinished))
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
    )


def _state_of_the_code() -> str:
    """Hash everything that migrations may depend on: the project's modules and the locked packages."""
    digest = hashlib.sha256((PROJECT_ROOT / "uv.lock").read_bytes())
    for folder in sorted(PROJECT_ROOT.iterdir()):
        if folder.is_dir() and folder.name not in NOT_IN_THE_DATABASE and not folder.name.startswith("."):
            for module in sorted(folder.rglob("*.py")):
                digest.update(str(module.relative_to(PROJECT_ROOT)).encode() + module.read_bytes())
    return digest.hexdigest()[:16]
