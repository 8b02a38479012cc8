"""Messages from files: single ones, folders, mbox and Maildir, read one after the other in bounded memory."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from tickets.intake.spooling import RawMail, Spool

STREAM = "-"
_CHUNK = 1024 * 1024
_MAILDIR = ("new", "cur")
# The line that begins each message of an mbox: 'From jane@school Mon Nov 23 08:30:00 2026'.
_FROM_LINE = re.compile(rb"From \S+.{0,200}\d\d:\d\d.{0,60}\d{4}")


class UnreadablePath(Exception):
    """A path that holds no messages we could read; the message says which one and why."""


def source_check(paths: Sequence[str]) -> None:
    """Make sure that every path can be read before the first message is stored. Raises UnreadablePath."""
    for path in paths:
        if path == STREAM:
            continue
        try:
            for file in _files(Path(path)):
                with file.open("rb"):
                    pass
        except OSError as error:
            raise UnreadablePath(f"{path}: {error.strerror or error}") from error


def mails_from(paths: Sequence[str], stream: BinaryIO) -> Iterator[RawMail]:
    """The messages of all paths in order; '-' is the stream. Raises OSError when a file vanishes meanwhile."""
    for path in paths:
        if path == STREAM:
            yield from _mails_of(stream)
            continue
        for file in _files(Path(path)):
            with file.open("rb") as opened:
                yield from _mails_of(opened)


def _files(path: Path) -> Iterator[Path]:
    """A file itself, the messages of a Maildir, or every file below a folder in the order of their names."""
    if not path.is_dir():
        yield path
    elif all((path / name).is_dir() for name in _MAILDIR):
        for name in _MAILDIR:
            yield from sorted(one for one in (path / name).iterdir() if one.is_file())
    else:
        for one in sorted(path.iterdir()):
            if one.name.startswith("."):
                continue
            yield from _files(one)


def _mails_of(file: BinaryIO) -> Iterator[RawMail]:
    """One message, or those of an mbox."""
    lines = _lines(file)
    first = next(lines, b"")
    if not _FROM_LINE.match(first):
        mail = _Collector()
        mail.add(first)
        for line in lines:
            mail.add(line)
        yield mail.finished()
        return
    mail, after_blank = _Collector(), False
    for line in lines:
        if after_blank and _FROM_LINE.match(line):
            yield mail.finished(of_mbox=True)
            mail, after_blank = _Collector(), False
            continue
        mail.add(line)
        after_blank = line in (b"\n", b"\r\n")
    yield mail.finished(of_mbox=True)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines, the endless ones in pieces."""
    while line := file.readline(_CHUNK):
        yield line


class _Collector:
    """One message as it is read."""

    def __init__(self) -> None:
        self.spool = Spool()
        self.held = b""  # an mbox ends each message with an empty line that is not the message's

    def add(self, piece: bytes) -> None:
        self.spool.add(self.held)
        self.held = b""
        if piece in (b"\n", b"\r\n"):
            self.held = piece
        else:
            self.spool.add(piece)

    def finished(self, *, of_mbox: bool = False) -> RawMail:
        if not of_mbox:
            self.spool.add(self.held)
        return self.spool.finished()
