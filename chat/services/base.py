"""What the chat services share: the locked row, and a line at its end."""

from datetime import datetime

from accounts.models import Person
from chat.errors import ChatEnded
from chat.live import chat_news
from chat.models import Chat, ChatMessage, Side


def chat_lock(chat: Chat) -> Chat:
    """The chat, locked until the end of the transaction and read afresh."""
    return Chat.objects.select_for_update(of=("self",)).get(pk=chat.pk)


def open_chat_lock(chat: Chat) -> Chat:
    """The same, for what can be done with an open chat only. Raises ChatEnded."""
    chat = chat_lock(chat)
    if not chat.is_open:
        raise ChatEnded
    return chat


def line_add(
    chat: Chat, *, side: Side, text: str, at: datetime, author: Person | None = None, key: str | None = None
) -> ChatMessage:
    """The next message of a locked chat, which the caller stores. Whoever looks at the chat hears of it."""
    chat.last_seq += 1
    message = ChatMessage.objects.create(
        customer_id=chat.customer_id,
        chat=chat,
        seq=chat.last_seq,
        side=side,
        author=author,
        at=at,
        text=text,
        client_key=key,
    )
    chat_news(chat)
    return message


def event_line(chat: Chat, text: str, at: datetime) -> None:
    """A thin line that says what happened; never an answer to the visitor (Rule S5)."""
    line_add(chat, side=Side.SYSTEM, text=text, at=at)
