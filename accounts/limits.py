"""How often somebody may do something, counted in the cache that all processes share."""

from django.core.cache import cache

MINUTE, HOUR = 60, 3600


def within_limit(key: str, *, most: int, seconds: int) -> bool:
    """Count one more; whether it is among the `most` within `seconds` of the first."""
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:  # it ran out between the two
        return True
