"""HTML mail made harmless: nothing runs, nothing is fetched, every link leaves without a trace of us."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape, unescape

import nh3

MAX_HTML = 500_000  # characters that are shown as HTML; longer mail is read as text
TAGS = frozenset(
    """
    a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span
    strike strong sub sup table tbody td tfoot th thead tr tt u ul var
    """.split()  # noqa: SIM905 - a list of words reads better
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "tr": {"align", "valign"},
    "p": {"align"},
    "div": {"align"},
    "ol": {"start", "type"},
    "font": {"color"},
}
UNSHOWN = {"head", "noscript", "script", "style", "template", "title", "xml"}
LINK_REL = "noopener noreferrer nofollow"

MAX_OPEN = 200  # elements inside each other
MAX_REPEATS = 100_000  # copies of unclosed formatting that a parser makes for the blocks after it
_OPENING = re.compile(r"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9]{0,20}))")
_REST = re.compile(r"(?:\"[^\"]*+\"|'[^']*+'|[^'\">])*+>")
_FORMATTING = frozenset(
    """
    a b big code em font i nobr s small strike strong tt u
    """.split()  # noqa: SIM905 - a list of words reads better
)
_CLOSED_BY_ITSELF = frozenset(
    """
    area base br col dd dt embed hr img input li link meta option p param source tbody td tfoot th thead
    tr wbr
    """.split()  # noqa: SIM905 - a list of words reads better
)


def html_sanitise(html: str) -> str:
    """HTML that is safe to show in a frame of its own. '' where it is too large or too tangled: the text is shown then.

    Pictures come from the message itself (`cid:`) only: one on a web server would tell its sender who reads it.
    """
    if is_tangled(html):
        return ""

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return value if value.strip().lower().startswith("cid:") else None
        return value

    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=UNSHOWN,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel=LINK_REL,
    )


def is_tangled(html: str) -> bool:
    """Whether cleaning could take more than linear time: too long, too deep, or formatting left open over and over.

    HTML's own rules repeat an unclosed <b> in each paragraph that follows, so that a small message can become a huge
    page. This counts with the same rules before anything is built.
    """
    if len(html) > MAX_HTML:
        return True
    opened: Counter[str] = Counter()
    depth = formatting = repeats = 0
    for closing, name in _tags(html):
        if not name:
            return True
        if name in _CLOSED_BY_ITSELF:
            repeats += 0 if closing else formatting
        elif not closing:
            opened[name] += 1
            depth += 1
            repeats += formatting
            formatting += name in _FORMATTING
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
            formatting -= name in _FORMATTING
        if depth > MAX_OPEN or repeats > MAX_REPEATS:
            return True
    return False


def _tags(html: str) -> Iterator[tuple[bool, str]]:
    """(is closing, name) of each tag; a name of '' for a comment or tag that never ends, where the reading stops."""
    at = 0
    while opening := _OPENING.search(html, at):
        if opening[2] is None:
            at = html.find("-->", opening.start() + 2) + 3
            if at == 2:
                yield False, ""
                return
            continue
        rest = _REST.match(html, opening.end())
        if rest is None:
            yield False, ""
            return
        at = rest.end()
        yield bool(opening[1]), opening[2].lower()


# ---- HTML to text. nh3 makes it well-formed first, so that one pass over simple tags is enough.
_TEXT_TAGS = {
    "a",
    "blockquote",
    "br",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "p",
    "pre",
    "table",
    "td",
    "th",
    "tr",
}
_PIECE = re.compile(r"<(/?)([a-z0-9]+)((?:\"[^\"]*\"|[^\">])*)>|([^<]+)")
_HREF = re.compile(r'href="([^"]*)"')
_BLOCKS = frozenset(
    {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "pre", "table", "tr"}
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


def html_to_text(html: str) -> str:
    """The words of an HTML body in reading order; quotations begin with '> ', links keep their address."""
    if is_tangled(html):
        return unescape(_ANY_TAG.sub(" ", html))
    well_formed = nh3.clean(
        html,
        tags=_TEXT_TAGS,
        clean_content_tags=UNSHOWN,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    writer = _TextWriter()
    for piece in _PIECE.finditer(well_formed):
        if piece[4] is not None:
            writer.words(unescape(piece[4]))
        else:
            writer.tag(piece[2], closing=bool(piece[1]), attributes=piece[3])
    return writer.finished()


class _TextWriter:
    """Lines of text; blocks end lines, and quotations are nested."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.verbatim = 0
        self.links: list[tuple[str, int]] = []

    def words(self, words: str) -> None:
        if self.verbatim:
            first, *rest = words.split("\n")
            self.line.append(first)
            for one in rest:
                self.end_line()
                self.line.append(one)
        else:
            self.line.append(_SPACES.sub(" ", words))

    def tag(self, name: str, *, closing: bool, attributes: str) -> None:
        if name == "a":
            self._link(closing=closing, attributes=attributes)
        elif name == "br":
            self.end_line()
        elif name in {"td", "th"}:
            self.line.append(" ")
        elif name in _BLOCKS:
            self._block(name, closing=closing)

    def end_line(self) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.verbatim else _SPACES.sub(" ", line).strip()
        self.lines.append(f"{'>' * self.quotes} {line}".rstrip() if self.quotes else line)
        self.line = []

    def finished(self) -> str:
        self.end_line()
        kept = [line for line, before in zip(self.lines, ["", *self.lines], strict=False) if line or before]
        return "\n".join(kept).replace("\xa0", " ").strip("\n")

    def _block(self, name: str, *, closing: bool) -> None:
        if "".join(self.line).strip():
            self.end_line()
        else:
            self.line = []
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closing else 1))
        elif name == "pre":
            self.verbatim = max(0, self.verbatim + (-1 if closing else 1))
        elif name == "li" and not closing:
            self.line.append("- ")
        elif name in {"p", "table"} and closing:
            self.end_line()

    def _link(self, *, closing: bool, attributes: str) -> None:
        if not closing:
            found = _HREF.search(attributes)
            self.links.append((unescape(found[1]) if found else "", len(self.line)))
        elif self.links:
            target, start = self.links.pop()
            words = "".join(self.line[start:]).strip()
            if target and target.removeprefix("mailto:") != words:
                self.line.append(f" <{target}>" if words else target)


def text_to_html(text: str) -> str:
    """Plain words as HTML, for a message that mixes both."""
    return f"<pre>{escape(text)}</pre>"
