"""Which mail servers may stand inside our own network."""

from django.conf import settings


def may_be_private(host: str) -> bool:
    """In production only those that the operator lists in MAILBOX_PRIVATE_HOSTS."""
    return not settings.PRODUCTION or host.lower() in settings.MAILBOX_PRIVATE_HOSTS
