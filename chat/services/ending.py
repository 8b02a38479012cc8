"""The end of a chat, and what becomes of what was not answered (Rule I4)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.services import audit_record
from chat.models import Chat, ChatEnd, ChatState
from chat.services.base import chat_lock, event_line
from chat.services.conversation import LEFT_AFTER
from chat.services.transcript import chat_open_ticket, transcript_file, undelivered_from
from delivery.due import Moment

WORDS = {
    ChatEnd.DESK: _("The desk has ended this chat."),
    ChatEnd.VISITOR: _("The visitor has ended this chat."),
    ChatEnd.LEFT: _("The visitor has left. Whatever is open goes on by e-mail."),
}


@transaction.atomic
def chat_end(*, chat: Chat, by: ChatEnd, carry_on: bool = False) -> Chat:
    """End a chat that has not ended yet.

    It becomes a ticket where the visitor wants to `carry_on` by mail, and always where nobody has answered them: that
    ticket is acknowledged.
    """
    chat = chat_lock(chat)
    if not chat.is_open:
        return chat
    _end(chat, by, timezone.now())
    if carry_on or (chat.answered_at is None and by != ChatEnd.DESK):
        _make_ticket(chat)
    transcript_file(chat, gone=False)
    chat.wake_at = chat.seen_at + LEFT_AFTER  # whether our last words arrived is known by then
    chat.save()
    return chat


def chat_look(chat: Chat, moment: Moment) -> None:
    """The sweeper's work: see whether the visitor is still there, and carry on by mail once they are gone."""
    if chat.seen_at + LEFT_AFTER > moment.now:
        chat.wake_at = chat.seen_at + LEFT_AFTER
        chat.save()
        return
    left = chat.is_open
    if left:
        _end(chat, ChatEnd.LEFT, moment.now)
    if (left and chat.unanswered > 0) or undelivered_from(chat):
        _make_ticket(chat)
    transcript_file(chat, gone=True)
    chat.wake_at = None
    chat.save()


def _end(chat: Chat, by: ChatEnd, at: datetime) -> None:
    chat.state, chat.ended_at, chat.ended_by = ChatState.ENDED, at, by
    event_line(chat, str(WORDS[by]), at)
    audit_record(action="chat.ended", target=chat, changes={"by": ("", by)})


def _make_ticket(chat: Chat) -> None:
    """A ticket of a locked chat that has none; acknowledged with its promise where nobody has answered yet (I3, S9)."""
    if chat.ticket is not None:
        return
    chat.save()
    chat_open_ticket(chat=chat, acknowledge=chat.answered_at is None)
    chat.refresh_from_db()
