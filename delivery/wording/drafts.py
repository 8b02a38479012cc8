"""The HTML of a preview, kept for an hour for the frame that shows it, for its writer alone."""

from secrets import token_urlsafe

from django.core.cache import cache

from accounts.tenancy.scope import current_scope

LIFE = 3600  # seconds


def draft_keep(html: str) -> str:
    """Keep it; returns the token by which the same person's frame finds it."""
    token = token_urlsafe(12)
    cache.set(_key(token), html, LIFE)
    return token


def draft_found(token: str) -> str | None:
    """What was kept, as long as it is the same person who asks, at the same provider."""
    found: str | None = cache.get(_key(token))
    return found


def _key(token: str) -> str:
    scope = current_scope()
    return f"mail-draft:{scope.provider_id}:{scope.person_id}:{token}"
