"""Folds quoted text and signatures away. Conservative: what is not surely a quotation stays in sight, nothing is lost.

The libraries for this on PyPI join patterns over the whole text; `mail-parser-reply` 1.36 took 17 s for 24 kB of
'On On On …', four times as long for each doubling. This looks at each line a bounded number of times.
"""

import re
from dataclasses import dataclass

MAX_LINE = 1_000  # characters of a line that are looked at


@dataclass(frozen=True, slots=True)
class Folded:
    """Every line of the text is in exactly one of the two, in order."""

    new: str
    quoted: str


# 'On Mon, 23 Nov 2026 at 08:30, Jane <jane@…> wrote:' in the languages that schools here meet.
_WROTE = re.compile(
    r"(on|le|am|op|el|il|ar|den|em|w dniu)\b.{3,300}\b(wrote|a écrit|schrieb|schreef|escribió|ha scritto"
    r"|ysgrifennodd|skrev|escreveu|napisał)\b.{0,200}:$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"(on|le|am|op|el|il|ar|den|em|w dniu)\b.{3,300}(\d{2}|<)", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"[-_*= ]{0,20}(original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|neges wreiddiol)[-_*= ]{0,20}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"[-_*= ]{0,20}(forwarded message|begin forwarded message|weitergeleitete nachricht|message transféré"
    r"|neges a anfonwyd ymlaen)[-_*=: ]{0,20}",
    re.IGNORECASE,
)
# Outlook's block: From, then Sent or Date within the next lines.
_FROM = re.compile(r"\W{0,3}(from|von|de|van|da|oddi wrth|od)\W{0,3}:\W{0,3}\S", re.IGNORECASE)
_SENT = re.compile(
    r"\W{0,3}(sent|date|gesendet|envoyé|verzonden|inviato|enviado|anfonwyd|datum|wysłano)\W{0,3}:",
    re.IGNORECASE,
)
_RULE = re.compile(r"[_\-]{10,}")
_MOBILE = re.compile(
    r"(sent from my (iphone|ipad|android|samsung|mobile|phone|windows|galaxy)|sent from outlook"
    r"|sent from (yahoo )?mail for|get outlook for (ios|android)|von meinem (iphone|ipad|handy)"
    r"|envoyé de mon (iphone|ipad)|anfonwyd o fy (iphone|ipad))\b",
    re.IGNORECASE,
)
MAX_MOBILE_TAIL = 3  # lines that may follow such a line


def fold(text: str, *, is_forward: bool = False) -> Folded:
    """Split a body into what is new and what is quoted or signature.

    A forwarded message is what the sender wants us to read, so with `is_forward`, or below a forward's own heading, it
    stays in sight. So does everything where nothing else would be left.
    """
    lines = text.split("\n")
    marks = _marks(lines, keep_forward=is_forward)
    new = [line for line, quoted in zip(lines, marks, strict=True) if not quoted]
    if not any(line.strip() for line in new):
        return Folded(text, "")
    quoted = [line for line, mark in zip(lines, marks, strict=True) if mark]
    return Folded("\n".join(new).rstrip(), "\n".join(quoted).strip("\n"))


def _marks(lines: list[str], *, keep_forward: bool) -> list[bool]:
    """For each line whether it is folded away."""
    looked = [line[:MAX_LINE].strip() for line in lines]
    cut = _cut(looked, keep_forward=keep_forward)
    signature = _signature(lines, looked, cut)
    marks = [index >= min(cut, signature) for index in range(len(lines))]
    _mark_trailing_quote(looked, marks, min(cut, signature))
    _mark_leading_quote(looked, marks, min(cut, signature))
    return marks


def _cut(looked: list[str], *, keep_forward: bool) -> int:
    """The line from which on everything is quoted: headings under which clients put the older messages."""
    if keep_forward:
        return len(looked)
    outline = _Outline(looked)
    for index, line in enumerate(looked):
        if _FORWARD.fullmatch(line):
            return len(looked)
        if _SEPARATOR.fullmatch(line) or _is_header_block(looked, index):
            return _above_rule(looked, index)
        size = _wrote(looked, index)
        if size and outline.is_quoted_from(index + size):
            return index
    return len(looked)


def _wrote(looked: list[str], index: int) -> int:
    """How many lines an 'On … wrote:' takes, for clients break it; 0 for other lines."""
    line = looked[index].lstrip("> ")
    if _WROTE.fullmatch(line):
        return 1
    if not _WROTE_START.match(line):
        return 0
    for size in (2, 3):
        joined = " ".join(one.lstrip("> ") for one in looked[index : index + size])
        if len(joined) < 600 and _WROTE.fullmatch(joined):
            return size
    return 0


class _Outline:
    """Where marked and unmarked lines stand, counted once so that each question takes the same time."""

    def __init__(self, looked: list[str]) -> None:
        end = len(looked)
        marked = [index for index, line in enumerate(looked) if line.startswith(">")]
        plain = [index for index, line in enumerate(looked) if line and not line.startswith(">")]
        self.next_marked, self.next_plain = _next_of(marked, end), _next_of(plain, end)
        self.last_marked, self.last_plain = (marked or [-1])[-1], (plain or [-1])[-1]
        after = next((looked[index] for index in range(self.last_marked + 1, end) if looked[index]), "--")
        self.ends_in_signature = after == "--" or bool(_MOBILE.match(after))

    def is_quoted_from(self, start: int) -> bool:
        """Whether what follows a heading is a quotation to the end, or an older message without any marks.

        Marked lines with unmarked ones after them are an answer between the lines, which stays in sight whole, unless
        the unmarked ones are only a signature.
        """
        first = self.next_marked[start]
        if self.last_plain < first:
            return True
        return self.ends_in_signature and self.next_plain[start] > self.last_marked


def _next_of(indexes: list[int], end: int) -> list[int]:
    """For each place the nearest of `indexes` at or after it, `end` where none is left."""
    following = [end] * (end + 4)
    for index in indexes:
        following[index] = index
    for place in range(end - 1, -1, -1):
        following[place] = min(following[place], following[place + 1])
    return following


def _is_header_block(looked: list[str], index: int) -> bool:
    return bool(_FROM.match(looked[index])) and any(
        _SENT.match(line) for line in looked[index + 1 : index + 4]
    )


def _above_rule(looked: list[str], index: int) -> int:
    """Outlook draws a line above its block."""
    above = index
    while above and not looked[above - 1]:
        above -= 1
    return above - 1 if above and _RULE.fullmatch(looked[above - 1]) else index


def _signature(lines: list[str], looked: list[str], cut: int) -> int:
    """The line at which the sender's signature begins: '-- ' by itself, or a phone's own line near the end."""
    for index in range(cut):
        if lines[index].rstrip("\r") == "-- ":
            return index
    filled = [index for index in range(cut) if looked[index]]
    for index in filled[-MAX_MOBILE_TAIL:]:
        if _MOBILE.match(looked[index]) or looked[index] == "--":
            return index
    return len(looked)


def _mark_trailing_quote(looked: list[str], marks: list[bool], end: int) -> None:
    """A block of '>' lines at the end, with the heading above it."""
    index = end - 1
    while index >= 0 and (not looked[index] or looked[index].startswith(">")):
        index -= 1
    if any(line.startswith(">") for line in looked[index + 1 : end]):
        for place in range(index + 1, end):
            marks[place] = True
        for size in (1, 2, 3):
            if index + 1 - size >= 0 and _wrote(looked, index + 1 - size) == size:
                marks[index + 1 - size : index + 1] = [True] * size
                break


def _mark_leading_quote(looked: list[str], marks: list[bool], end: int) -> None:
    """An answer below the quotation: heading and '>' lines first, and no more of them after the answer has begun."""
    start = next((index for index, line in enumerate(looked[:end]) if line), end)
    body = start + (_wrote(looked, start) if start < end else 0)
    stop = body
    while stop < end and (not looked[stop] or looked[stop].startswith(">")):
        stop += 1
    has_quote = any(line.startswith(">") for line in looked[body:stop])
    if has_quote and not any(
        line.startswith(">") and not marks[stop + at] for at, line in enumerate(looked[stop:end])
    ):
        for place in range(start, stop):
            marks[place] = True
