"""What a back-up holds. It is written last, so a back-up without it is half of one."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST, DUMP, MEDIA = "manifest.json", "desk.dump", "media.tar"
FORMAT = 1


class BackupError(RuntimeError):
    """It cannot be made or restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a back-up."""

    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "Part":
        with path.open("rb") as opened:
            return cls(path.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations` is the version: app -> its newest migration."""

    made_at: str
    server: str
    migrations: dict[str, str]
    media_files: int
    parts: dict[str, Part]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        partial = folder / f"{MANIFEST}.partial"
        partial.write_text(text + "\n")
        partial.replace(folder / MANIFEST)


def manifest_read(folder: Path) -> Manifest:
    """The manifest, once every part is there as it says. Raises BackupError."""
    path = folder / MANIFEST
    if not path.is_file():
        raise BackupError(f"{folder} holds no {MANIFEST}: it is no back-up, or half of one. Take another.")
    try:
        stored = json.loads(path.read_text())
        parts = {name: Part(**part) for name, part in stored.pop("parts").items()}
        manifest = Manifest(parts=parts, **stored)
    except (ValueError, TypeError, KeyError, AttributeError) as broken:
        raise BackupError(f"{path} cannot be read. Take another back-up.") from broken
    if manifest.format != FORMAT:
        raise BackupError(f"{path} has format {manifest.format}; this version reads {FORMAT}.")
    for name in (DUMP, MEDIA):
        if name not in parts or not (folder / name).is_file():
            raise BackupError(f"{folder / name} is missing. Take another back-up.")
        if Part.of(folder / name) != parts[name]:
            raise BackupError(
                f"{folder / name} is not what was written: its SHA-256 differs. Take another back-up."
            )
    return manifest
