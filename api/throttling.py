"""So many requests a minute for each token, counted in the cache that all processes share."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW = 60  # seconds


class TokenThrottle(BaseThrottle):
    """Counts whole minutes: one atomic step in the cache for a request, whatever the number allowed."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            return True
        key = f"api:{request.auth.pk}:{int(time.time()) // WINDOW}"
        cache.add(key, 0, 2 * WINDOW)
        try:
            used = cache.incr(key)
        except ValueError:  # it went from the cache meanwhile: better one request too many than a refusal
            return True
        return used <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW
