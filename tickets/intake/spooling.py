"""One message on its way in: in memory while of ordinary size, on disk beyond, so that no sender can fill memory."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

# Bytes of a message that are kept at all. What is left of a longer one stays in the mailbox or file it came from.
KEPT_LIMIT = 256 * 1024 * 1024
# Bytes of one above `settings.MESSAGE_LIMIT` that stand in its row: its headers, and enough to tell who asks for what.
BEGINNING = 256 * 1024


@dataclass(frozen=True, slots=True)
class RawMail:
    """The bytes of one message: all of them in `content`, or its beginning there and the whole in `file`.

    `size` and `sha256` are of the whole; of a message beyond KEPT_LIMIT, `file` and `sha256` are of what is kept.
    """

    content: bytes
    size: int
    sha256: str
    file: IO[bytes] | None = field(default=None, compare=False)

    @classmethod
    def of(cls, content: bytes) -> "RawMail":
        """A message that is in memory as a whole."""
        return cls.read([content])

    @classmethod
    def read(cls, pieces: Iterable[bytes]) -> "RawMail":
        """A message that comes in pieces."""
        spool = Spool()
        for piece in pieces:
            spool.add(piece)
        return spool.finished()

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it than we keep."""
        return self.size > KEPT_LIMIT


class Spool:
    """Takes a message piece by piece."""

    def __init__(self) -> None:
        self.size = 0
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        kept = piece[: max(KEPT_LIMIT - self.size, 0)]
        self.size += len(piece)
        self._digest.update(kept)
        if self._file is None and self.size > settings.MESSAGE_LIMIT:
            self._file = TemporaryFile()  # noqa: SIM115 - it goes with the RawMail, and with it from the disk
            self._file.writelines(self._pieces)
            self._pieces = [b"".join(self._pieces)[:BEGINNING]]
        if self._file is None:
            self._pieces.append(kept)
        else:
            self._file.write(kept)

    def finished(self, *, size: int | None = None) -> RawMail:
        """The message. `size` is what its server says of it, where not all was asked for."""
        if self._file is not None:
            self._file.seek(0)
            self._pieces = [self._file.read(BEGINNING)]
        return RawMail(
            b"".join(self._pieces), max(self.size, size or 0), self._digest.hexdigest(), self._file
        )
