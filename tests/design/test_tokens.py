"""Contrast of the design tokens, computed from the stylesheet itself (WCAG 2.2: 1.4.3 and 1.4.11)."""

import re

import pytest
from django.conf import settings

from concero_desk.ui.colour import contrast_ratio

pytestmark = pytest.mark.rule("Y9")

CSS = (settings.ROOT / "static" / "css" / "tokens.css").read_text()
GROUNDS = ("canvas", "surface", "sunken", "hover")
TONES = ("ok", "soon", "danger", "waiting", "closed", "neutral")
TEXT, SHAPE = 4.5, 3.0

TEXT_PAIRS = [
    *((ink, ground) for ink in ("text", "muted", "accent") for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    *(("text", f"{tone}-soft") for tone in TONES),
    ("text", "accent-soft"),
    ("neutral", "accent-soft"),
    ("accent", "accent-soft"),
    ("accent-ink", "accent"),
    ("danger-ink", "danger"),
    ("text", "note"),
    ("neutral", "note"),
    ("accent", "note"),
]
SHAPE_PAIRS = [
    *((line, ground) for line in ("border-strong", "focus") for ground in ("canvas", "surface")),
    ("note-border", "note"),
    ("note-border", "surface"),
]


def _block(selector: str) -> dict[str, str]:
    body = CSS.split(selector, 1)[1].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


LIGHT = _block("@layer tokens {\n  :root")
SYSTEM_DARK = _block(':root:not([data-theme="light"])')
CHOSEN_DARK = _block(':root[data-theme="dark"]')


def _colour(tokens: dict[str, str], name: str) -> str:
    """The token's own colour; for the accent, the one used where no provider has set another."""
    return str(re.findall(r"#[0-9a-f]{6}", tokens[name])[-1])


def test_both_ways_to_the_dark_theme_are_the_same() -> None:
    assert SYSTEM_DARK == CHOSEN_DARK


@pytest.mark.parametrize("tokens", [LIGHT, CHOSEN_DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_words_are_readable(tokens: dict[str, str], ink: str, ground: str) -> None:
    assert contrast_ratio(_colour(tokens, ink), _colour(tokens, ground)) >= TEXT


@pytest.mark.parametrize("tokens", [LIGHT, CHOSEN_DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), SHAPE_PAIRS)
def test_edges_and_focus_are_seen(tokens: dict[str, str], line: str, ground: str) -> None:
    assert contrast_ratio(_colour(tokens, line), _colour(tokens, ground)) >= SHAPE
