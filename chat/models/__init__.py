from chat.models.conversation import Chat, ChatEnd, ChatMessage, ChatOrigin, ChatState, Side
from chat.models.desk import CannedAnswer, ChatPresence, ChatSettings
from chat.models.proof import ChatProof

__all__ = [
    "CannedAnswer",
    "Chat",
    "ChatEnd",
    "ChatMessage",
    "ChatOrigin",
    "ChatPresence",
    "ChatProof",
    "ChatSettings",
    "ChatState",
    "Side",
]
