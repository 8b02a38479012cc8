"""Bytes and headers to text that PostgreSQL can hold, whatever the sender declared. Nothing here raises."""

import codecs
import re
from email.header import decode_header
from email.utils import getaddresses

# What senders write and what they mean. A browser reads the first of each pair as the second, and so do we.
ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
}
# Codecs that are no charset of mail: slow beyond reason on long input, or escapes for programmers.
NOT_FOR_MAIL = frozenset(
    {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
HEADER_LIMIT = 4_000  # characters of a header that are read as words; the rest stays in the stored bytes
ADDRESSES_LIMIT = 32_000  # characters of an address list

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]@]{1,64}@[^\s<>,;:\"()\[\]@]{1,189}")
_LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")


def clean_text(text: str) -> str:
    """Without the two things that PostgreSQL refuses in text: NUL, and halves of surrogate pairs."""
    text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def decode_bytes(data: bytes, charset: str | None) -> str:
    """Text of any charset. Valid UTF-8 is UTF-8 whatever is declared; unknown charsets are read as Windows-1252."""
    text = _as_utf8(data) if not _is_multibyte(charset) else None
    if text is None:
        text = _as_declared(data, charset)
    return clean_text(text)


def _is_multibyte(charset: str | None) -> bool:
    """Charsets whose bytes can look like ASCII although they mean something else."""
    name = (charset or "").lower()
    return name.startswith(
        ("utf-16", "utf-32", "utf-7", "iso-2022", "hz", "unicode-1-1", "cp037", "cp500", "cp1140")
    )


def _as_utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _as_declared(data: bytes, charset: str | None) -> str:
    name = (charset or "").strip().strip("\"'").lower()
    name = ALIASES.get(name, name)
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = "cp1252"
    if known in NOT_FOR_MAIL or known == "utf-8":  # it was not valid UTF-8, so that is not what it is
        known = "cp1252"
    try:
        return data.decode(known, "replace")
    except (LookupError, ValueError):  # a codec that is no text encoding, or one that refuses to replace
        return data.decode("cp1252", "replace")


def decode_words(value: str, limit: int = HEADER_LIMIT) -> str:
    """A header as words on one line: encoded words of RFC 2047 decoded, raw bytes of any charset read."""
    value = _LINE_BREAKS.sub(" ", value[:limit])
    if "=?" not in value:
        return _raw_words(value).strip()
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError, AssertionError):  # broken base64
        return _raw_words(value).strip()
    return "".join(_piece(content, charset) for content, charset in pieces).strip()


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return _raw_words(content)
    return _LINE_BREAKS.sub(" ", decode_bytes(content, charset or None))


def _raw_words(value: str) -> str:
    """The parser keeps bytes above 127 as lone surrogates."""
    if value.isascii():
        return value.replace("\x00", "")
    return decode_bytes(value.encode("utf-8", "surrogateescape"), None)


def addresses_in(value: str) -> list[tuple[str, str]]:
    """(name, address) pairs of an address header; every address has one @ and no spaces."""
    value = _LINE_BREAKS.sub(" ", value[:ADDRESSES_LIMIT])
    try:
        pairs = getaddresses([value])
    except (RecursionError, ValueError, IndexError):  # thousands of nested comments
        pairs = []
    found = [(name, address) for name, address in pairs if _ADDRESS.fullmatch(address)]
    if not found:
        found = [("", address) for address in _ADDRESS.findall(value)]
    return [(decode_words(name), _raw_words(address)) for name, address in found]
