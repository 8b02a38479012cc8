"""Addresses of web sites as browsers compare them. Pure."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")


def origin_of(address: str) -> str | None:
    """'https://www.example.org' of any address below it; None for what is no address of a site.

    Without a scheme https is meant; http only for this machine. What comes back is safe inside a header.
    """
    try:
        url = urlsplit(address.strip() if "//" in address else f"https://{address.strip()}")
        host, port = (url.hostname or "").lower(), url.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host) or url.username is not None:
        return None
    local = host in {"localhost", "127.0.0.1"}
    if url.scheme != "https" and not (url.scheme == "http" and local):
        return None
    return f"{url.scheme}://{host}{f':{port}' if port else ''}"
