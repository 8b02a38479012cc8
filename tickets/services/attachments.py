"""Files that come with messages."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts.files import FileTooLarge, UploadedPart, file_store, is_too_large, parts_check, safe_name
from accounts.models.files import KeptFile
from tickets.errors import TooLarge
from tickets.models import Attachment, Message

__all__ = [
    "UploadedPart",
    "attachments_add",
    "attachments_check",
    "attachments_name",
    "is_too_large",
    "safe_name",
]


def attachments_check(parts: Sequence[UploadedPart]) -> None:
    """Raise TooLarge when a file is above the limit of this installation."""
    try:
        parts_check(parts)
    except FileTooLarge as problem:
        raise TooLarge(str(problem)) from problem


def attachments_add(*, message: Message, parts: Sequence[UploadedPart]) -> list[Attachment]:
    """Store the files of a message. Raises TooLarge."""
    attachments_check(parts)
    return [_attachment_add(message, part) for part in parts]


def attachments_name(*, message: Message, files: Iterable[KeptFile]) -> None:
    """Let a message name files whose bytes are kept already, such as those of a chat: nothing is copied."""
    for one in files:
        kept: Any = one
        Attachment.objects.create(
            customer_id=message.customer_id,
            message=message,
            name=kept.name,
            content_type=kept.content_type,
            size=kept.size,
            sha256=kept.sha256,
            file=kept.file.name,
        )


def _attachment_add(message: Message, part: UploadedPart) -> Attachment:
    attachment = Attachment(
        customer_id=message.customer_id, message=message, content_id=part.content_id[:255]
    )
    file_store(attachment, part)
    return attachment
