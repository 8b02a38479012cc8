"""When a token was last used: to the nearest minutes, so that a busy program does not write with every request."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from api.lookups import TokenHolder
from api.models import ApiToken

NOT_MORE_OFTEN = timedelta(minutes=5)


def token_used(holder: TokenHolder) -> None:
    """Note the use in a transaction of its own, which an error answer does not undo."""
    now = timezone.now()
    with open_scope(holder.scope()):
        old = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOT_MORE_OFTEN)
        ApiToken.objects.filter(old, pk=holder.token_id).update(last_used_at=now)
