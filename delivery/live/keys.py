"""Keys to the stream: signed and short-lived, so that a stream costs no look at the database.

A page gets a key with its news, from a view that has asked who is asking. With it a stream may be opened for a minute
and lasts five; then the page asks for another key, and so is authorised again.
"""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core import signing

PATH = "/live/"
SALT = "live"
KEY_SECONDS = 60


def live_address(topics: Sequence[str]) -> str:
    """The address at which a page may listen to these topics, for a minute."""
    return f"{PATH}?{urlencode({'key': signing.dumps(list(topics), salt=SALT)})}"


def topics_of(key: str) -> list[str]:
    """What a key opens; nothing where it is not ours or too old."""
    try:
        found: list[str] = signing.loads(key, salt=SALT, max_age=KEY_SECONDS)
    except signing.BadSignature:
        return []
    return found
