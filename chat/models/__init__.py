from chat.models.conversation import Chat, ChatEnd, ChatFile, ChatMessage, ChatOrigin, ChatState, Side
from chat.models.desk import ChatPresence, ChatSettings
from chat.models.proof import ChatProof

__all__ = [
    "Chat",
    "ChatEnd",
    "ChatFile",
    "ChatMessage",
    "ChatOrigin",
    "ChatPresence",
    "ChatProof",
    "ChatSettings",
    "ChatState",
    "Side",
]
