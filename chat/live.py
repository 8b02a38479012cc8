"""What chat pages hear (`delivery.live`): that there are lines, signs of the other side, a changed list."""

from accounts.tenancy.scope import current_provider_id
from chat.models import Chat
from delivery.live.publish import live_tell


def chat_topic(chat_id: int) -> str:
    return f"chat:{chat_id}"


def desk_topic(provider_id: int | None) -> str:
    return f"desk:{provider_id}"


def chat_news(chat: Chat) -> None:
    """After the commit: there is something new in this chat."""
    topics = [chat_topic(chat.pk), desk_topic(chat.provider_id)]
    live_tell(topics, {"type": "chat", "chat": chat.pk, "seq": chat.last_seq})


def desk_news() -> None:
    """After the commit: the desk's list has changed."""
    live_tell([desk_topic(current_provider_id())], {"type": "desk"})


def chat_sign(chat: Chat, *, kind: str, by: str, seq: int = 0) -> None:
    """Somebody types ('typing') or has read up to `seq` ('read'). Never stored; `by` is 'desk' or 'visitor'."""
    event = {"type": kind, "chat": chat.pk, "by": by, "seq": seq}
    live_tell([chat_topic(chat.pk), desk_topic(chat.provider_id)], event)
