"""Files that come with messages."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from tickets.errors import TooLarge
from tickets.models import Attachment, Message


@dataclass(frozen=True, slots=True)
class UploadedPart:
    """A file on its way in. `content_id` is set for images that stand inside an HTML mail."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


def attachments_check(parts: Sequence[UploadedPart]) -> None:
    """Raise TooLarge when a file is above the limit of this installation."""
    for part in parts:
        if is_too_large(part):
            limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
            raise TooLarge(
                _("The file %(name)s is larger than %(limit)s MB.")
                % {"name": safe_name(part.name), "limit": limit}
            )


def is_too_large(part: UploadedPart) -> bool:
    """Whether a file is above the limit of this installation."""
    return len(part.content) > settings.ATTACHMENT_LIMIT


def attachments_add(*, message: Message, parts: Sequence[UploadedPart]) -> list[Attachment]:
    """Store the files of a message. Raises TooLarge."""
    attachments_check(parts)
    return [_attachment_add(message, part) for part in parts]


def safe_name(name: str) -> str:
    """A file name without path, control characters or excess length, fit for a header and a page."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return printable[-200:] or "file"


def _attachment_add(message: Message, part: UploadedPart) -> Attachment:
    attachment = Attachment(
        customer_id=message.customer_id,
        message=message,
        name=safe_name(part.name),
        content_type=part.content_type[:120] or "application/octet-stream",
        size=len(part.content),
        sha256=hashlib.sha256(part.content).hexdigest(),
        content_id=part.content_id[:255],
    )
    attachment.file.save(attachment.name, ContentFile(part.content), save=False)
    attachment.save()
    return attachment
