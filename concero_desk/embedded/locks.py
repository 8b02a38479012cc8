"""Advisory file locks, which the kernel releases when a process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def _open(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def hold_shared(path: Path) -> IO[bytes]:
    """Wait for a shared lock and return the open file; the lock lasts until the file is closed."""
    file = _open(path)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def try_exclusive(path: Path) -> IO[bytes] | None:
    """Return the open file that holds an exclusive lock, or None when another process holds any lock."""
    file = _open(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, waiting for it, while the block runs."""
    with _open(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_held_exclusively(path: Path) -> bool:
    """Tell whether another process holds the exclusive lock now."""
    with _open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
