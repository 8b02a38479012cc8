"""Files on their way in and out, whatever they belong to: the limit, a harmless name, storing, and the download."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from accounts.models.files import KeptFile


class FileTooLarge(ValueError):
    """The file is above the limit of this installation. The message names file and limit."""


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A file on its way in. `content_id` is set for images that stand inside an HTML mail."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def parts_check(parts: Sequence[UploadedPart]) -> None:
    """Raise FileTooLarge when a file is above the limit of this installation."""
    for part in parts:
        if is_too_large(part):
            limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
            raise FileTooLarge(
                _("The file %(name)s is larger than %(limit)s MB.")
                % {"name": safe_name(part.name), "limit": limit}
            )


def is_too_large(part: UploadedPart) -> bool:
    """Whether a file is above the limit of this installation."""
    return len(part.content) > settings.ATTACHMENT_LIMIT


def safe_name(name: str) -> str:
    """A file name without path, control characters or excess length, fit for a header and a page."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return printable[-200:] or "file"


def file_store(row: KeptFile, part: UploadedPart) -> None:
    """Store the bytes of a part and the row that names them."""
    stored: Any = row
    stored.name = safe_name(part.name)
    stored.content_type = part.content_type[:120] or "application/octet-stream"
    stored.size = len(part.content)
    stored.sha256 = hashlib.sha256(part.content).hexdigest()
    stored.file.save(stored.name, ContentFile(part.content), save=False)
    stored.save()


def download(row: KeptFile) -> FileResponse:
    """The file, whatever it claims to be, as a download: never shown by the browser under our address."""
    stored: Any = row
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = FileResponse(
        content, as_attachment=True, filename=row.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
