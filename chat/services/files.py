"""Files in a chat: the limits, and storing them with their message (Rule I4)."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.files import FileTooLarge, UploadedPart, file_store, parts_check
from chat.models import Chat, ChatFile, ChatMessage

AT_ONCE = 5  # files of one message
# Bytes of a whole chat, in files of the largest size. Whoever needs more makes a request.
LARGEST_OF_CHAT = 10


def files_check(chat: Chat, parts: Sequence[UploadedPart]) -> None:
    """Raise ValidationError (files) where a locked chat takes no such files."""
    if not parts:
        return
    if len(parts) > AT_ONCE:
        raise ValidationError({"files": _("Please send at most %(most)d files at once.") % {"most": AT_ONCE}})
    try:
        parts_check(parts)
    except FileTooLarge as problem:
        raise ValidationError({"files": str(problem)}) from problem
    kept = ChatFile.objects.filter(message__chat=chat).aggregate(bytes=Sum("size"))["bytes"] or 0
    if kept + sum(len(part.content) for part in parts) > LARGEST_OF_CHAT * settings.ATTACHMENT_LIMIT:
        raise ValidationError({"files": _("This chat takes no more files. Please send a request with them.")})


def files_store(message: ChatMessage, parts: Sequence[UploadedPart]) -> None:
    """Store the files of a new message, after `files_check`."""
    for part in parts:
        file_store(ChatFile(customer_id=message.customer_id, message=message), part)
