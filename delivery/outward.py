"""Connections to hosts that an administrator of a provider names: never into our own network (SSRF).

Only public addresses are spoken to, and hosts for which the caller says otherwise. The name is resolved once, all
of its addresses are checked, and one of those is connected to: a name whose answer changes in between gains nothing.
"""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Event, Timer
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

TRIED = 4  # addresses of a name, one after the other


class HostRefused(Exception):
    """The host is inside our own network, or not spoken to safely. The message is for the administrator."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, and the beginning of its content."""

    status: int
    content: bytes


def connect_outward(host: str, port: int, timeout: float, *, may_be_private: bool = False) -> socket.socket:
    """A TCP connection. Raises HostRefused before anything is sent there, and OSError; seconds for each address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in found))
    if not may_be_private and not all(is_public(address) for address in addresses):
        raise HostRefused(
            _(
                "%(host)s is an address inside a private network, to which this installation makes no connection."
            )
            % {"host": host}
        )
    trouble: OSError = OSError(f"{host} has no address.")
    for address in addresses[:TRIED]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
    raise trouble


def post_outward(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    limit: int,
    may_be_private: bool = False,
    may_be_plain: bool = False,
) -> Answer:
    """POST to an https address; a redirection is an answer like any other, and not followed.

    `seconds` for connecting to each address, and once for all the rest, however slowly the bytes drip. At most `limit`
    bytes of the answer are read. Raises HostRefused, OSError (TimeoutError where the time is over) and HTTPException.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not may_be_plain:
        raise HostRefused(_("Only https:// addresses are spoken to."))
    kind = _Encrypted if parts.scheme == "https" else _Plain
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    connection.may_be_private = may_be_private
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.connect()
        with _ends_after(connection, seconds):
            connection.greet()
            connection.request("POST", path, content, {"Connection": "close", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read(limit))
    finally:
        connection.close()


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


class _Plain(http.client.HTTPConnection):
    may_be_private = False

    def connect(self) -> None:
        self.sock = connect_outward(
            self.host, self.port, self.timeout or 0, may_be_private=self.may_be_private
        )

    def greet(self) -> None:
        """Nothing comes before the request."""


class _Encrypted(_Plain):
    default_port = http.client.HTTPS_PORT

    def greet(self) -> None:
        """TLS under the name that was asked for, whichever of its addresses answered."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The handshake comes once the new socket stands in `self.sock`, where the end of the time finds it.
        encrypted = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = encrypted
        encrypted.do_handshake()


@contextmanager
def _ends_after(connection: _Plain, seconds: float) -> Iterator[None]:
    """A time-out of a socket counts from byte to byte; this one ends the whole conversation."""
    is_over = Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError):
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # TLS would wait for a farewell

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if is_over.is_set():
            raise TimeoutError("The answer took too long.") from error
        raise
    finally:
        timer.cancel()
    if is_over.is_set():  # headers that were cut off look like short ones
        raise TimeoutError("The answer took too long.")
