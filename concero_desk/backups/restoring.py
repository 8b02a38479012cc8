"""A restore: everything is checked before anything is touched; then the database, then the files."""

import shutil
import tarfile
from pathlib import Path

import psycopg
from psycopg import sql

from concero_desk.backups.manifest import DUMP, MEDIA, BackupError, Manifest, manifest_read
from concero_desk.backups.programs import migrations_in, run

# Not what extensions brought along; tables take policies, triggers, constraints and their own sequences with them.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def backup_restore(
    *, url: str, media: Path, folder: Path, known: dict[str, set[str]], overwrite: bool = False
) -> Manifest:
    """Put a back-up into the database of `url` (the owner's) and its files into `media`.

    `known` are the migrations of this version, by app. Raises BackupError: for half a back-up or one that was changed,
    one of a newer version, a database that is in use, and one that holds anything, unless `overwrite`.
    """
    manifest = manifest_read(folder)
    newer = [app for app, name in manifest.migrations.items() if app in known and name not in known[app]]
    if newer:
        raise BackupError(
            f"The back-up was made by a newer version ({', '.join(newer)}). Restore it with that version."
        )
    with psycopg.connect(url) as connection:
        _check_free(connection, media, overwrite=overwrite)
        _empty(connection)
    run(
        "pg_restore", url, "--no-owner", "--no-comments", "--exit-on-error", "--single-transaction",
        str(folder / DUMP),
    )  # fmt: skip
    with psycopg.connect(url) as connection:
        if migrations_in(connection) != manifest.migrations:
            raise BackupError("The restored database is not that of the manifest. Do not use it.")
    _files_read(folder / MEDIA, media, manifest.media_files)
    return manifest


def _check_free(connection: psycopg.Connection, media: Path, *, overwrite: bool) -> None:
    others = connection.execute(OTHERS).fetchone()
    if others is not None and others[0]:
        raise BackupError("The database is in use. Stop web, workers and beat first.")
    holds = connection.execute(TABLES).fetchone() is not None or (media.is_dir() and any(media.iterdir()))
    if holds and not overwrite:
        raise BackupError(
            "There is a desk here already. With --yes everything in the database and the folder of files is"
            " replaced by the back-up."
        )


def _empty(connection: psycopg.Connection) -> None:
    """Remove what is there, so that nothing of it mixes with what is restored."""
    for (name,) in connection.execute(TABLES).fetchall():
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier("public", name)))
    for (name,) in connection.execute(SEQUENCES).fetchall():
        connection.execute(sql.SQL("DROP SEQUENCE {} CASCADE").format(sql.Identifier("public", name)))
    for (signature,) in connection.execute(FUNCTIONS).fetchall():
        connection.execute(sql.SQL("DROP FUNCTION IF EXISTS {} CASCADE").format(sql.SQL(signature)))


def _files_read(archive: Path, media: Path, count: int) -> None:
    """Replace the files. The new ones stand beside the old until all are there."""
    fresh, old = media.with_name(f"{media.name}.restoring"), media.with_name(f"{media.name}.replaced")
    for path in (fresh, old):
        shutil.rmtree(path, ignore_errors=True)
    fresh.mkdir(parents=True)
    with tarfile.open(archive) as opened:
        opened.extractall(fresh, filter="data")
    found = sum(1 for path in fresh.rglob("*") if path.is_file())
    if found != count:
        raise BackupError(
            f"{found} files were restored, the manifest says {count}. The old ones are untouched."
        )
    _take_place(fresh, media, old)


def _take_place(fresh: Path, media: Path, old: Path) -> None:
    """The folder itself may be a mounted volume, which cannot be moved: then its content is."""
    old.mkdir()
    media.mkdir(parents=True, exist_ok=True)
    for path in media.iterdir():
        shutil.move(path, old / path.name)
    for path in fresh.iterdir():
        shutil.move(path, media / path.name)
    shutil.rmtree(fresh)
    shutil.rmtree(old)
