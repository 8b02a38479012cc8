"""The tree of a message to one text, one HTML and the files that came along. Nothing that can be shown is dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from tickets.intake.decoding import clean_text, decode_bytes, decode_words
from tickets.intake.sanitising import html_to_text, text_to_html
from tickets.services.attachments import UploadedPart

MAX_TEXT = 500_000  # characters of a body that are shown; a longer one comes as a file too
BODY_TYPES = frozenset({"text/plain", "text/html"})


@dataclass(slots=True)
class Body:
    """What has been read so far. A passage is (text, HTML); either may be empty, and then stands for the other."""

    passages: list[tuple[str, str]] = field(default_factory=list)
    files: list[UploadedPart] = field(default_factory=list)
    returned_headers: list[str] = field(
        default_factory=list
    )  # Message-ID headers of mail that a report returns

    @property
    def text(self) -> str:
        whole = "\n\n".join(text if text.strip() else html_to_text(html) for text, html in self.passages)
        return whole[:MAX_TEXT].strip("\r\n")

    @property
    def html(self) -> str:
        if not any(html for _, html in self.passages):
            return ""
        return "<hr>".join(html or text_to_html(text) for text, html in self.passages)


def body_of(message: Message) -> Body:
    """Read a whole message, however broken its parts are. Raises RecursionError beyond any sensible depth."""
    body = Body()
    _collect(message, body)
    for text, html in body.passages:
        for content, name, content_type in (
            (text, "message.txt", "text/plain"),
            (html, "message.html", "text/html"),
        ):
            if len(content) > MAX_TEXT:
                body.files.append(UploadedPart(name, content_type, content.encode()))
    return body


def own_parts(message: Message) -> Iterator[Message]:
    """The parts that a message is made of, without what stands inside a message that came along."""
    for part in [message] if not message.is_multipart() else message.get_payload():
        if not isinstance(part, Message):
            continue
        if part.get_content_maintype() == "multipart" and part is not message:
            yield from own_parts(part)
        else:
            yield part


def _collect(part: Message, body: Body) -> None:
    children = part.get_payload()
    maintype = part.get_content_maintype()
    if maintype == "message" and isinstance(children, list):
        _collect_message(part, [child for child in children if isinstance(child, Message)], body)
    elif isinstance(children, list):
        parts = [child for child in children if isinstance(child, Message)]
        if part.get_content_subtype() == "alternative":
            _collect_alternatives(parts, body)
        else:
            for child in parts:
                _collect(child, body)
    elif _is_body(part):
        text = decode_bytes(_content(part), part.get_content_charset()).replace("\r\n", "\n")
        body.passages.append(("", text) if part.get_content_type() == "text/html" else (text, ""))
    else:
        _collect_file(part, body)


def _collect_alternatives(parts: list[Message], body: Body) -> None:
    """The same words several times: the plainest for reading and searching, the richest for showing."""
    text = html = ""
    for part in parts:
        one = Body()
        _collect(part, one)
        body.files += one.files
        body.returned_headers += one.returned_headers
        if one.html:
            html = one.html
        elif not text.strip():
            text = one.text
    if text.strip() or html:
        body.passages.append((text, html))


def _collect_message(part: Message, children: list[Message], body: Body) -> None:
    """A forwarded or returned message is a file of its own; a delivery report is read as text."""
    body.returned_headers += [str(value) for child in children for value in child.get_all("message-id", [])]
    content = b"\n".join(_flatten(child) for child in children)
    subtype = part.get_content_subtype()
    if subtype == "rfc822":
        words = decode_words(str(next((child.get("subject", "") for child in children), "")))
        body.files.append(UploadedPart(f"{words[:80] or 'message'}.eml", "message/rfc822", content))
    else:
        body.files.append(UploadedPart(f"{subtype}.txt", "text/plain", content))


def _collect_file(part: Message, body: Body) -> None:
    content = _content(part)
    content_type = part.get_content_type()
    if content_type == "text/rfc822-headers":
        lines = content.decode("latin-1").splitlines()
        body.returned_headers += [
            line.split(":", 1)[1] for line in lines if line.lower().startswith("message-id:")
        ]
    if not content and not file_name(part):
        return
    body.files.append(
        UploadedPart(
            file_name(part) or f"{part.get_content_maintype()}.{part.get_content_subtype()}",
            content_type,
            content,
            clean_text(str(part.get("content-id", ""))).strip().strip("<>")[:255],
        )
    )


def _is_body(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":
        return True  # its boundary never came: what there is, is text
    return (
        part.get_content_type() in BODY_TYPES
        and part.get_content_disposition() != "attachment"
        and not (file_name(part) and part.get_content_type() == "text/html")
    )


def file_name(part: Message) -> str:
    """The declared name of a part, decoded; '' where it has none."""
    return decode_words(parameter(part, "filename", "content-disposition") or parameter(part, "name"), 1_000)


def parameter(part: Message, name: str, header: str = "content-type") -> str:
    """A parameter of a header, its charset and percent signs (RFC 2231) decoded."""
    try:
        value = part.get_param(name, "", header)
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""
    if isinstance(value, tuple):
        charset, _language, words = value
        return decode_bytes(words.encode("latin-1", "replace"), charset)
    return clean_text(str(value or ""))


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError, TypeError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _flatten(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, AttributeError, TypeError):
        headers = "".join(f"{name}: {value}\n" for name, value in message.raw_items())
        return f"{headers}\n{message.get_payload()}".encode("utf-8", "surrogateescape")
