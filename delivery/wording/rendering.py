"""One source makes the plain text and the HTML of a mail: Markdown with variables, and nothing that runs.

A variable is looked up by its whole name in a mapping of strings; there are no attributes, conditions or loops. Values
are put in after the Markdown was read, so that what people write is never mark-up, and HTML is cleaned once more.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import nh3
from django.utils.html import urlize
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from delivery.addresses import one_line
from delivery.wording.kinds import SIGNATURE, Shape, Variable

VARIABLE = re.compile(r"\{\{[ \t]*([a-z][a-z_]*(?:\.[a-z][a-z_]*)*)[ \t]*\}\}")
# Marks of variables while Markdown is read, from Unicode's private area, which is taken out of what people write.
OPEN, OPEN_IN_LINK, CLOSE = "\ue000", "\ue001", "\ue002"
_PRIVATE = dict.fromkeys(map(ord, (OPEN, OPEN_IN_LINK, CLOSE)))
_MARK = re.compile(f"([{OPEN}{OPEN_IN_LINK}])([a-z_.]+){CLOSE}")
_WORD_WITH_MARK = re.compile(f"(\\S*{OPEN}\\S*)")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_TAGS = {"a", "br", "em", "li", "ol", "p", "strong", "ul"}

By_Name = Mapping[str, Variable]


class UnknownVariable(LookupError):
    """A variable that this kind of mail does not have; its argument is the name."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words. `html` is the content alone, without the frame around it."""

    subject: str
    text: str
    html: str


def names_in(source: str) -> list[str]:
    """The variables that a source names, in order."""
    return VARIABLE.findall(source)


def render(
    subject: str, body: str, *, signature: str, variables: By_Name, values: Mapping[str, str]
) -> Rendered:
    """Put values into words. Raises UnknownVariable, and KeyError where a variable has no value."""
    body = _with_signature(body, signature)
    for name in (*names_in(subject), *names_in(body)):
        if name not in variables:
            raise UnknownVariable(name)
        values[name]
    links = frozenset(one.name for one in variables.values() if one.shape is Shape.LINK)
    text, html = _skeleton(_marked(_without_empty(body, variables, values)), links)
    return Rendered(
        subject=one_line(VARIABLE.sub(lambda found: values[found[1]], subject)),
        text=_MARK.sub(lambda found: values[found[2]], text).strip() + "\n",
        html=_clean(_MARK.sub(_html_value(variables, values), html)),
    )


def plain_render(source: str) -> Rendered:
    """Text and cleaned HTML of Markdown in which nothing is a variable."""
    text, html = _skeleton(source.translate(_PRIVATE), frozenset())
    return Rendered(subject="", text=text.strip() + "\n", html=_clean(html))


def text_render(source: str, *, variables: By_Name, values: Mapping[str, str]) -> str:
    """Words with values, as plain text in which nothing is mark-up.

    What a value holds is never looked into, and a variable that is not known stands as it was written. A line is left
    out where a variable in it is empty.
    """
    kept = _without_empty(source, variables, values)
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), kept).strip()


def _marked(source: str) -> str:
    """With marks where variables stand."""
    return VARIABLE.sub(lambda found: f"{OPEN}{found[1]}{CLOSE}", source.translate(_PRIVATE))


def _with_signature(body: str, signature: str) -> str:
    return VARIABLE.sub(lambda found: signature if found[1] == SIGNATURE else found[0], body)


def _without_empty(body: str, variables: By_Name, values: Mapping[str, str]) -> str:
    """Without the lines that name a variable which has nothing to say."""
    empty = {name for name, one in variables.items() if one.may_be_empty and not values.get(name, "").strip()}
    lines = (line for line in body.splitlines() if empty.isdisjoint(names_in(line)))
    return "\n".join(lines)


def _html_value(variables: By_Name, values: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def put(found: re.Match[str]) -> str:
        value, shape = values[found[2]].strip(), variables[found[2]].shape
        if found[1] == OPEN_IN_LINK or shape is Shape.LINE:
            return escape(value)
        if shape is Shape.LINK:
            return f'<a href="{escape(value)}">{escape(value)}</a>'
        return urlize(value, autoescape=True).replace("\n", "<br>")

    return put


def _clean(html: str) -> str:
    attributes = {"a": {"href"}, "ol": {"start"}}
    return nh3.clean(html, tags=_TAGS, attributes=attributes, url_schemes={"http", "https", "mailto"})


# ---- Markdown: paragraphs, line breaks, lists, links, bold and italics


class _Reader(MarkdownIt):
    """Only those links are links that lead to the web, to an address, or where a variable of that shape leads."""

    def __init__(self, links: Collection[str]) -> None:
        super().__init__("zero", {"breaks": True, "html": False})
        self.enable(["list", "emphasis", "link", "newline", "escape", "balance_pairs", "fragments_join"])
        self._links = {f"{OPEN}{name}{CLOSE}" for name in links}

    def validateLink(self, url: str) -> bool:
        return url in self._links or (bool(_ADDRESS.fullmatch(url)) and OPEN not in url)

    def normalizeLink(self, url: str) -> str:
        return url if OPEN in url else super().normalizeLink(url)


@lru_cache(maxsize=256)
def _skeleton(marked: str, links: frozenset[str]) -> tuple[str, str]:
    """Plain text and HTML with marks where values go."""
    reader = _Reader(links)
    tokens = reader.parse(marked)
    text = _plain(SyntaxTreeNode(tokens))
    for token in tokens:
        _prepare(token.children or [])
    return text, reader.renderer.render(tokens, reader.options, {})


def _prepare(inline: Iterable[Token]) -> None:
    """Bare addresses become links; values within a link stay words."""
    inside: list[Token] = []
    for token in inline:
        if token.type == "link_open":
            token.attrs["href"] = str(token.attrs["href"]).replace(OPEN, OPEN_IN_LINK)
            inside.append(token)
        elif token.type == "link_close":
            inside.pop()
        elif token.type == "text" and inside:
            token.content = token.content.replace(OPEN, OPEN_IN_LINK)
        elif token.type == "text":
            pieces = _WORD_WITH_MARK.split(token.content)
            words = (escape(one) if OPEN in one else urlize(one, autoescape=True) for one in pieces)
            token.type, token.content = "html_inline", "".join(words)


def _plain(node: SyntaxTreeNode) -> str:
    """A block as people write it in plain text."""
    if node.type == "inline":
        return "".join(_plain_inline(child) for child in node.children)
    if node.type in ("bullet_list", "ordered_list"):
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        return "\n".join(
            _item(child, "-" if start is None else f"{start + place}.")
            for place, child in enumerate(node.children)
        )
    between = "\n" if node.type == "list_item" else "\n\n"
    return between.join(_plain(child) for child in node.children)


def _item(node: SyntaxTreeNode, bullet: str) -> str:
    indented = _plain(node).replace("\n", "\n" + " " * (len(bullet) + 1))
    return f"{bullet} {indented}"


def _plain_inline(node: SyntaxTreeNode) -> str:
    if node.type == "text":
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    words = "".join(_plain_inline(child) for child in node.children)
    if node.type != "link":
        return words
    address = str(node.attrs["href"]).removeprefix("mailto:")
    return words if words == address else f"{words} ({address})".strip()
