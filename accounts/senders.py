"""Which addresses a provider may write from: its own mailboxes, and domains that the operator has allowed it.

Else the administrator of one provider could send mail in the name of anybody, through the mail server of all.
"""

from collections.abc import Callable, Collection

from django.conf import settings

from accounts.models import Provider

OwnAddresses = Callable[[], Collection[str]]

_sources: list[OwnAddresses] = []


def own_addresses_register(source: OwnAddresses) -> None:
    """Called once, by the app that keeps the mailboxes: their addresses in the open scope, in lower case."""
    if source not in _sources:
        _sources.append(source)


def may_send_from(provider: Provider, address: str) -> bool:
    """Whether this provider, whose scope is open, may write from this address."""
    address = address.lower()
    if address.rpartition("@")[2] in settings.SENDER_DOMAINS.get(provider.slug, ()):
        return True
    return any(address in source() for source in _sources)
