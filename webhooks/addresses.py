"""Which addresses an endpoint may have. Where a name leads is checked again each time, when it is connected to."""

import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from delivery.outward import is_public

LONGEST = 500


def is_test_host(url: str) -> bool:
    """Whether it is a server of the tests, which stands on this machine and speaks plain HTTP."""
    return (urlsplit(url).hostname or "") in settings.WEBHOOK_TEST_HOSTS


def clean_url(url: str) -> str:
    """The address as it is stored. Raises ValidationError with what is wrong with it."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if (
        not host
        or len(url) > LONGEST
        or not url.isascii()
        or not url.isprintable()
        or " " in url
        or port == 0
    ):
        raise ValidationError(_("Write the whole address, such as https://example.org/hooks."))
    if parts.scheme != "https" and not is_test_host(url):
        raise ValidationError(_("The address must begin with https://."))
    if parts.username is not None or parts.fragment:
        raise ValidationError(_("Leave out user name, password and whatever follows a #."))
    if not is_test_host(url) and _is_inside(host):
        raise ValidationError(
            _("This address is inside a private network. It must be reachable from the internet.")
        )
    return url


def _is_inside(host: str) -> bool:
    """A number in any notation that resolvers know, or a name that is never public. No name is looked up for it."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return host.rstrip(".").endswith(("localhost", ".local", ".internal")) or "." not in host.rstrip(".")
    return not all(is_public(str(answer[4][0])) for answer in found)
