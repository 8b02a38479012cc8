"""PostgreSQL's own programs, from the wheel of the embedded server; they work on every server up to its version."""

import os
import subprocess
from urllib.parse import unquote, urlsplit

import psycopg

from concero_desk.backups.manifest import BackupError
from concero_desk.embedded.paths import postgres_binary


def run(program: str, url: str, *arguments: str) -> None:
    """Run `pg_dump` or `pg_restore` on a database. Its password goes through the environment: others see arguments."""
    bare, password = _without_password(url)
    done = subprocess.run(  # noqa: S603 - a program of ours with arguments of ours
        [str(postgres_binary(program)), *arguments, f"--dbname={bare}"],
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-1000:]}")


def _without_password(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.password is None:
        return url, ""
    user, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}@{place}").geturl(), unquote(parts.password)


def migrations_in(connection: psycopg.Connection) -> dict[str, str]:
    """The newest migration of each app that a database has; nothing where it is empty."""
    found = connection.execute("SELECT to_regclass('public.django_migrations')").fetchone()
    if found is None or found[0] is None:
        return {}
    rows = connection.execute(
        "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
    ).fetchall()
    return {str(app): str(name) for app, name in rows}
