"""Connections to hosts that an administrator of a provider names: never into our own network (SSRF).

In production only public addresses are spoken to, and hosts that the operator lists in MAILBOX_PRIVATE_HOSTS. The name
is resolved once and the address that was checked is the one that is connected to, so that a name whose answer changes
in between gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.utils.translation import gettext as _


class HostRefused(Exception):
    """The host is inside our own network. The message is for the administrator of the provider."""


def connect_outward(host: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection. Raises HostRefused before anything is sent there, and OSError; seconds for each address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in found))
    if not _may_be_private(host) and not all(is_public(address) for address in addresses):
        raise HostRefused(
            _(
                "%(host)s is an address inside a private network, which this installation does not read mail from."
            )
            % {"host": host}
        )
    trouble: OSError = OSError(f"{host} has no address.")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
    raise trouble


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet; one that wraps another is judged by the one inside."""
    ip = ip_address(address.partition("%")[0])
    inner = _wrapped(ip)
    return ip.is_global and not ip.is_multicast and (inner is None or is_public(str(inner)))


def _wrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(ip, IPv4Address):
        return None
    is_nat64 = ip.packed[:12] == bytes.fromhex("0064ff9b") + bytes(8)
    return ip.ipv4_mapped or ip.sixtofour or (IPv4Address(ip.packed[12:]) if is_nat64 else None)


def _may_be_private(host: str) -> bool:
    return not settings.PRODUCTION or host.lower() in settings.MAILBOX_PRIVATE_HOSTS
