"""Pictures that stand inside a mail: which files may be shown, and where the mail's HTML finds them."""

from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from tickets.intake.sanitising import ATTRIBUTES, LINK_REL, TAGS

HEAD = 16  # bytes of a file that tell what it is
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


def pictures_placed(html: str, addresses: Mapping[str, str]) -> str:
    """Sanitised HTML with each `cid:` picture at its own address, by Content-ID; one that did not come is left out."""

    def place(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return addresses.get(unquote(value.removeprefix("cid:")))
        return value

    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=place,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel=LINK_REL,
    )
