"""Files that come with messages."""

from collections.abc import Sequence

from accounts.files import FileTooLarge, UploadedPart, file_store, is_too_large, parts_check, safe_name
from tickets.errors import TooLarge
from tickets.models import Attachment, Message

__all__ = ["UploadedPart", "attachments_add", "attachments_check", "is_too_large", "safe_name"]


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


def _attachment_add(message: Message, part: UploadedPart) -> Attachment:
    attachment = Attachment(
        customer_id=message.customer_id, message=message, content_id=part.content_id[:255]
    )
    file_store(attachment, part)
    return attachment
