"""Every address of the installation as the URLconf has it, and those that stand outside the table of routes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

WIDGET = "script status frame proof code here start news say sign end file"
# Shows the provider's colours to everybody and nothing else; the visits of one school or engineer to whoever has their
# signed address (tests/visits/test_feeds.py); the chat of whoever has proved an address (tests/chat/test_widget.py);
# and what the signed links of mails lead to (tests/tickets/test_watchers.py, tests/satisfaction, tests/knowledge).
FROM_MAILS = {"stop_following", "satisfaction", "notice_stop"}
PUBLIC = {"provider_theme", "visit_feed", *FROM_MAILS, *(f"chat:{name}" for name in WIDGET.split())}
# Under no provider: the API, whose tokens say whose they are (test_api_walk.py); the way in, one's own account,
# and the answer to load balancers.
WITHOUT_PROVIDER = ("api/", "account/", "healthz", "favicon.ico", "robots.txt", "appearance/", "")


@dataclass(frozen=True)
class Address:
    """One entry of the URLconf."""

    name: str
    route: str
    view: Callable[..., Any]


def addresses() -> Iterator[Address]:
    """Every address of the installation."""
    yield from _below(get_resolver().url_patterns, "", "")


def _below(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Address]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield Address(f"{namespace}{one.name}", prefix + str(one.pattern), one.callback)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _below(one.url_patterns, prefix + str(one.pattern), inner)
