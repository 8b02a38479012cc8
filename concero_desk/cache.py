"""The cache that all processes share: limits on sign-in attempts, and one-time codes that were used.

Nothing in it is truth. While Redis does not answer, each process counts in its own memory, as if it stood alone: to
refuse everybody would let whoever can hurt Redis shut every school out, and to count nothing would let
guessing through.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUIET_SECONDS = (
    10.0  # after a failure Redis is left alone for so long: no request waits for it again and again
)


class SharedCache(BaseCache):
    """Django's Redis cache, with this process's memory in its place while Redis is lost. `location` as for redis-py."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._shared = RedisCache(location, params)
        memory = {name: value for name, value in params.items() if name != "OPTIONS"}
        self._own = LocMemCache(f"instead of {location.rpartition('@')[2]}", memory)
        self._quiet_until = 0.0

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._do(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._do(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._do(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._do(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._do(lambda cache: cache.delete(key, version)))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._do(lambda cache: cache.incr(key, delta, version)))

    def clear(self) -> None:
        self._do(lambda cache: cache.clear())

    def _do(self, ask: Callable[[BaseCache], Any]) -> Any:
        if time.monotonic() >= self._quiet_until:
            try:
                return ask(self._shared)
            except (RedisError, OSError) as error:
                self._quiet_until = time.monotonic() + QUIET_SECONDS
                logger.warning(
                    "The shared cache does not answer (%s): limits on sign-in hold for each process by itself.",
                    type(error).__qualname__,
                )
        return ask(self._own)
