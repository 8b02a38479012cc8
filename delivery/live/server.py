"""The server that all processes share, for what may be lost: news to pages, and signs that somebody is there.

Nothing waits for it long. After a failure it is left alone for a while, and pages ask by themselves meanwhile.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from django.conf import settings
from django.db import connection
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SECONDS = 0.5  # the longest that a request may wait for a server that does not answer
QUIET_SECONDS = 10.0

_quiet_until = 0.0
Answer = TypeVar("Answer")


def name_of(what: str) -> str:
    """A name on the server that is this installation's own: several may share one."""
    return f"desk.{what}.{connection.settings_dict['NAME']}"


def ask_server(ask: Callable[[redis.Redis], Answer], otherwise: Answer) -> Answer:
    """What the server says; `otherwise` while it does not answer."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return otherwise
    try:
        return ask(_client())
    except (RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("No live news: %s. Pages ask by themselves.", type(error).__qualname__)
        return otherwise


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
