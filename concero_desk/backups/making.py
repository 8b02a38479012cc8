"""A back-up into an empty folder: the database first, the files second, the manifest last.

A file that no row names is harmless, a row without its file is not.
"""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from concero_desk.backups.manifest import DUMP, MEDIA, BackupError, Manifest, Part
from concero_desk.backups.programs import migrations_in, run


def backup_make(*, url: str, media: Path, folder: Path) -> Manifest:
    """Write database and files into `folder`, which must be empty or not there yet. `url` is the owner's.

    Raises BackupError. What is then in the folder has no manifest, so it cannot be taken for a back-up.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is not empty. Name a folder that is not there yet.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with psycopg.connect(url) as connection:
        migrations = migrations_in(connection)
        server = connection.info.server_version
    if not migrations:
        raise BackupError("The database holds no desk: there is nothing to back up.")
    run("pg_dump", url, "--format=custom", f"--file={folder / DUMP}")
    count = _files_write(media, folder / MEDIA)
    manifest = Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        server=str(server),
        migrations=migrations,
        media_files=count,
        parts={name: Part.of(folder / name) for name in (DUMP, MEDIA)},
    )
    manifest.write(folder)
    return manifest


def _files_write(media: Path, target: Path) -> int:
    """How many files there were. One that goes meanwhile was let go by a row that went."""
    count = 0
    with tarfile.open(target, "w") as archive:
        for path in sorted(media.rglob("*")) if media.is_dir() else ():
            if not path.is_file() or path.is_symlink():
                continue
            try:
                archive.add(path, arcname=str(path.relative_to(media)), recursive=False)
            except FileNotFoundError:
                continue
            count += 1
    return count
