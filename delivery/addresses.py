"""What may stand in the head of a mail. Nothing that people type can add a header or a recipient."""

import re
from collections.abc import Mapping, Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
# The outbox writes these itself.
RESERVED = frozenset(
    {"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version", "return-path"}
    | {"content-type", "content-transfer-encoding"}
)


def one_line(words: str) -> str:
    """Words as one line without control characters, runs of white space as one space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def clean_address(address: str) -> str:
    """A bare address, checked. Raises ValueError."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("This is not a mail address that can be written to.") from None
    return address


def clean_recipients(recipients: Sequence[str]) -> list[str]:
    """Bare addresses, each once. Raises ValueError for none or a wrong one."""
    found = {clean_address(address).lower(): address for address in reversed(recipients)}
    if not found:
        raise ValueError("A mail needs a recipient.")
    return list(reversed(found.values()))


def clean_sender(sender: str) -> str:
    """A name, quoted where it needs to be, and an address. Raises ValueError."""
    line = one_line(sender)
    name, _, address = line[:-1].rpartition("<") if line.endswith(">") else ("", "", line)
    if set(name) & set("<>"):
        raise ValueError("Mail comes from one address.")
    try:
        return str(Address(display_name=name.strip().strip('"'), addr_spec=clean_address(address)))
    except (HeaderParseError, IndexError) as error:
        raise ValueError("This is not an address that mail can come from.") from error


def domain_of(sender: str) -> str:
    """The domain of a cleaned sender, in lower case and in the letters of the DNS."""
    return sender.rpartition("@")[2].removesuffix(">").lower().encode("idna").decode("ascii")


def clean_message_id(message_id: str) -> str:
    """A Message-ID in angle brackets. Raises ValueError."""
    bracketed = f"<{message_id.strip().removeprefix('<').removesuffix('>')}>"
    if not MESSAGE_ID.fullmatch(bracketed) or len(bracketed) > 255:
        raise ValueError("A Message-ID is written <something@domain>.")
    return bracketed


def clean_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Further headers such as References and Reply-To. ValueError for reserved ones and line breaks."""
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in RESERVED:
            raise ValueError(f"The header {name[:40]!r} cannot be set from outside.")
        if any(not sign.isprintable() for sign in value):
            raise ValueError(f"The header {name} holds a line break or another control character.")
    return dict(headers)


def one_press_headers(address: str) -> dict[str, str]:
    """The headers by which a mail program ends such mail with one press: a POST to a signed address (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
