"""`manage.py backup` and `restore`: whole or not at all, and never over a desk by mistake (Rule T7)."""

import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from concero_desk.backups import BackupError, backup_make, backup_restore, manifest_read
from tests.platform.test_backup import wall_of
from tests.plugins import template
from tests.plugins.database import ScratchDatabase

pytestmark = [pytest.mark.faults, pytest.mark.rule("T7")]
MARK = "INSERT INTO django_content_type (app_label, model) VALUES ('kept', %s)"
MARKS = "SELECT model FROM django_content_type WHERE app_label = 'kept' ORDER BY model"


def marks(url: str) -> list[str]:
    with psycopg.connect(url) as owner:
        return [row[0] for row in owner.execute(MARKS).fetchall()]


def mark(url: str, word: str) -> None:
    with psycopg.connect(url) as owner:
        owner.execute(MARK, [word])


@pytest.fixture
def original(scratch_database: Callable[[], ScratchDatabase]) -> ScratchDatabase:
    made = scratch_database()
    mark(made.owner, "original")
    return made


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    (folder / "1" / "2").mkdir(parents=True)
    (folder / "1" / "2" / "file").write_bytes(b"a picture")
    return folder


@pytest.fixture
def empty(original: ScratchDatabase) -> Iterator[str]:
    """The address of an empty database on the same server."""
    name = f"{original.name}_empty"
    with template.administration(original.owner) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield template.url_of(name, original.owner)
        template.drop(server, name)


def manage(made: ScratchDatabase, media: Path, *arguments: str, owner: str = "") -> tuple[int, str]:
    environment = {**made.environment, "MEDIA_ROOT": str(media)}
    if owner:
        environment |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": owner}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_drill(original: ScratchDatabase, empty: str, media: Path, tmp_path: Path) -> None:
    """Back up, restore into an empty place, compare; then over a desk, which needs --yes."""
    folder, target = str(tmp_path / "backup"), tmp_path / "restored"
    status, words = manage(original, media, "backup", folder)
    assert status == 0, words
    assert "with 1 files" in words
    status, words = manage(original, media, "backup", folder)
    assert (status, "is not empty" in words) == (1, True)
    status, words = manage(original, target, "restore", folder, owner=empty)
    assert status == 0, words
    assert marks(empty) == ["original"]
    assert wall_of(empty) == wall_of(original.owner)
    assert (target / "1" / "2" / "file").read_bytes() == b"a picture"
    # Meanwhile something happened here: it goes with the restore, and not without the flag.
    mark(empty, "later")
    (target / "later").write_bytes(b"later")
    status, words = manage(original, target, "restore", folder, owner=empty)
    assert (status, "--yes" in words) == (1, True)
    assert marks(empty) == ["later", "original"]
    status, words = manage(original, target, "restore", folder, "--yes", owner=empty)
    assert status == 0, words
    assert marks(empty) == ["original"]
    assert [one.name for one in target.rglob("*") if one.is_file()] == ["file"]
    assert wall_of(empty) == wall_of(original.owner)


def test_half_a_back_up_and_a_changed_one_are_refused_before_anything_is_touched(
    original: ScratchDatabase, empty: str, media: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    made = backup_make(url=original.owner, media=media, folder=folder)
    assert made == manifest_read(folder)

    def restore(known: dict[str, set[str]] | None = None) -> None:
        backup_restore(url=empty, media=tmp_path / "restored", folder=folder, known=known or {})

    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(whole) == {"desk.dump", "media.tar", "manifest.json"}
    for name, content in whole.items():
        path = folder / name
        path.unlink()
        with pytest.raises(BackupError):
            restore()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) if name != "manifest.json" else b"{")
        with pytest.raises(BackupError, match="Take another"):
            restore()
        path.write_bytes(content)
    newer = {app: {"0001_initial"} for app in made.migrations} | {"tickets": {"0001_initial"}}
    with pytest.raises(BackupError, match="newer version"):
        restore(newer)
    with psycopg.connect(empty), pytest.raises(BackupError, match="in use"):
        restore()
    with psycopg.connect(empty) as owner:
        assert owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    restore()
    assert marks(empty) == ["original"]


def test_an_empty_database_is_not_backed_up(empty: str, media: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        backup_make(url=empty, media=media, folder=tmp_path / "backup")
    assert not (tmp_path / "backup" / "manifest.json").exists()


def test_the_files_of_a_back_up_lead_nowhere_else(
    original: ScratchDatabase, empty: str, media: Path, tmp_path: Path
) -> None:
    """A link in the folder of files is not followed into the rest of the machine."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (media / "link").symlink_to(secret)
    backup_make(url=original.owner, media=media, folder=tmp_path / "backup")
    with tarfile.open(tmp_path / "backup" / "media.tar") as archive:
        assert archive.getnames() == ["1/2/file"]
    assert json.loads((tmp_path / "backup" / "manifest.json").read_text())["media_files"] == 1
