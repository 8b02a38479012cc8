"""Pictures that stand inside a mail: which files may be shown, and how they get into the mail's HTML."""

from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from tickets.intake.sanitising import ATTRIBUTES, LINK_REL, TAGS
from tickets.models import Message

MOST_BYTES = 8 * 1024 * 1024  # of all pictures of a mail together; more are left to be downloaded
_HEAD = 16  # bytes of a file that tell what it is
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_type(head: bytes) -> str:
    """The media type of a picture by its first bytes; '' for anything else. SVG is a program, not a picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _SIGNATURES if head.startswith(start)), "")


def pictures_of(message: Message) -> dict[str, str]:
    """The pictures that came inside this very message, each as a data: address, by Content-ID."""
    found: dict[str, str] = {}
    left = MOST_BYTES
    for one in message.attachments.exclude(content_id=""):
        if one.size > left:
            continue
        try:
            with one.file.open("rb") as file:
                content = file.read()
        except FileNotFoundError:
            continue
        kind = picture_type(content[:_HEAD])
        if kind:
            found[one.content_id] = f"data:{kind};base64,{b64encode(content).decode()}"
            left -= one.size
    return found


def pictures_placed(html: str, pictures: Mapping[str, str]) -> str:
    """Sanitised HTML with its `cid:` pictures in it; one that did not come along is left out."""

    def place(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return pictures.get(unquote(value.removeprefix("cid:")))
        return None if value.strip().lower().startswith("data:") else value

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=place,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel=LINK_REL,
    )
