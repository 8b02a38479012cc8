"""Telling every web process that something is new, after the commit. Losing it costs seconds, never a message."""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import redis
from django.conf import settings
from django.db import connection, transaction
from redis.exceptions import RedisError

from accounts.tenancy.scope import current_provider_id
from chat.models import Chat

logger = logging.getLogger(__name__)

SECONDS = 0.5  # the longest that a request may wait for a server that does not answer
QUIET_SECONDS = 10.0  # after a failure nothing is told for so long: pages ask by themselves meanwhile

_quiet_until = 0.0


def chat_topic(chat_id: int) -> str:
    return f"chat:{chat_id}"


def desk_topic(provider_id: int | None) -> str:
    return f"desk:{provider_id}"


def channel() -> str:
    """The channel of this installation: several may share a server."""
    return f"desk.chat.{connection.settings_dict['NAME']}"


def chat_news(chat: Chat) -> None:
    """After the commit: there is something new in this chat."""
    topics = [chat_topic(chat.pk), desk_topic(chat.provider_id)]
    _tell(topics, {"type": "chat", "chat": chat.pk, "seq": chat.last_seq})


def desk_news() -> None:
    """After the commit: the desk's list has changed."""
    _tell([desk_topic(current_provider_id())], {"type": "desk"})


def chat_sign(chat: Chat, *, kind: str, by: str, seq: int = 0) -> None:
    """Somebody types ('typing') or has read up to `seq` ('read'). Never stored; `by` is 'desk' or 'visitor'."""
    event = {"type": kind, "chat": chat.pk, "by": by, "seq": seq}
    _tell([chat_topic(chat.pk), desk_topic(chat.provider_id)], event)


def _tell(topics: Sequence[str], event: Mapping[str, Any]) -> None:
    words = json.dumps({"to": topics, "event": event})
    transaction.on_commit(partial(_publish, channel(), words), robust=True)


def _publish(name: str, words: str) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        _client().publish(name, words)
    except (RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("No live news: %s. Pages ask by themselves.", type(error).__qualname__)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
