"""Raw bytes of a message to what the desk needs of it. Pure: no database, no settings.

The standard parser splits the message; its compat32 policy is used on purpose. The newer policy reads every header by
grammar as soon as it is touched, which takes eight times as long and raises on headers that real senders write.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

from tickets.intake.bodies import body_of, own_parts, parameter
from tickets.intake.decoding import addresses_in, clean_text, decode_words
from tickets.services.attachments import UploadedPart

MAX_PARTS = 1_000
MAX_DEPTH = 40
MAX_HEADER = 64_000  # characters of one header that are kept in memory
MAX_REFERENCES = 60
MAX_RECIPIENTS = 300

RECIPIENT_HEADERS = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc", "resent-to", "resent-cc",
)  # fmt: skip
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")


class Unparsable(Exception):
    """The bytes are no message that could be shown: no headers, no sender, or nested beyond reason."""


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A message as the desk sees it. All text is safe for PostgreSQL; `html` is raw and must be sanitised."""

    headers: Mapping[str, tuple[str, ...]]
    content_type: str
    report_type: str
    part_types: tuple[str, ...]  # of the parts of this message itself, not of those that came along in it
    calendar_method: str  # what a calendar part asks for: request, reply, …; '' without one
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    reported_ids: tuple[str, ...]  # Message-IDs of the mail that a bounce or receipt is about
    date: datetime | None
    text: str
    html: str
    attachments: tuple[UploadedPart, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name in lower case, raw; '' where there is none."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """The messages that this one answers, the nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))


class _BoundedPolicy(policy.Compat32):
    """Headers are cut at a length that no honest mail needs, so that reading them takes bounded time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name[:200], value[:MAX_HEADER]


class _Part(Message):
    """Counts parts and depth while the parser builds the tree, so that a bomb stops it early."""

    depth = 0
    root: "_Part | None" = None
    parts = 1

    def attach(self, payload: Any) -> None:
        root = self.root or self
        payload.root, payload.depth = root, self.depth + 1
        root.parts += 1
        if payload.depth > MAX_DEPTH or root.parts > MAX_PARTS:
            raise Unparsable("too many parts")
        super().attach(payload)


_PARSER = BytesParser(_Part, policy=_BoundedPolicy())


def mail_parse(raw: bytes) -> ParsedMail:
    """Read a message. Raises Unparsable where there is nothing that could be shown or answered for."""
    message = _message(raw)
    headers = _headers(message)
    sender_name, sender = _sender(headers)
    try:
        body = body_of(message)
    except RecursionError as error:
        raise Unparsable("nested too deeply") from error
    parts = list(own_parts(message))
    return ParsedMail(
        headers=headers,
        content_type=message.get_content_type(),
        report_type=parameter(message, "report-type").lower(),
        part_types=tuple(dict.fromkeys(part.get_content_type() for part in parts)),
        calendar_method=next(filter(None, map(_calendar_method, parts)), ""),
        sender=sender,
        sender_name=sender_name,
        recipients=_recipients(headers),
        subject=decode_words(next(iter(headers.get("subject", ())), "")),
        message_id=next(iter(message_ids(headers.get("message-id", ()))), ""),
        in_reply_to=message_ids(headers.get("in-reply-to", ())),
        references=message_ids(headers.get("references", ())),
        reported_ids=message_ids(tuple(body.returned_headers)),
        date=_date(next(iter(headers.get("date", ())), "")),
        text=body.text,
        html=body.html,
        attachments=tuple(body.files),
    )


def message_ids(values: tuple[str, ...]) -> tuple[str, ...]:
    """Message-IDs in order, angle brackets included; the first and the newest ones of an endless list."""
    found = [clean_text(one) for value in values for one in _MESSAGE_ID.findall(value)]
    return tuple(found if len(found) <= MAX_REFERENCES else [found[0], *found[1 - MAX_REFERENCES :]])


def _message(raw: bytes) -> Message:
    try:
        message = _PARSER.parsebytes(raw.removeprefix(BOM_UTF8))
    except (MessageError, ValueError, LookupError, RecursionError, AttributeError) as error:
        raise Unparsable(type(error).__name__) from error
    if not message.keys():
        raise Unparsable("no headers")
    return message


def _calendar_method(part: Message) -> str:
    return parameter(part, "method").lower() if part.get_content_type() == "text/calendar" else ""


def _headers(message: Message) -> Mapping[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in message.raw_items():
        headers[name.lower()] = (*headers.get(name.lower(), ()), str(value))[:50]
    return MappingProxyType(headers)


def _sender(headers: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    for name in ("from", "sender", "return-path"):
        for value in headers.get(name, ()):
            for words, address in addresses_in(value):
                return words[:200], address.lower()
    if any(_is_null_path(value) for value in headers.get("return-path", ())):
        return "", ""  # a bounce needs no sender to be recognised
    raise Unparsable("no sender")


def _is_null_path(value: str) -> bool:
    return value.strip() == "<>"


def _recipients(headers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found = (
        address
        for name in RECIPIENT_HEADERS
        for value in headers.get(name, ())
        for _, address in addresses_in(value)
    )
    return tuple(dict.fromkeys(found))[:MAX_RECIPIENTS]


def _date(value: str) -> datetime | None:
    """The sender's claim, in UTC; None where it makes no sense."""
    try:
        date = parsedate_to_datetime(value[:200])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
