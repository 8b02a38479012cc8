"""Colour arithmetic for themes: WCAG 2.2 contrast, and accents readable in light and dark."""

import re
from typing import NamedTuple

HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
TEXT_CONTRAST = 4.5
LIGHT_GROUNDS = ("#ffffff", "#f6f7f9", "#edf0f3")
DARK_GROUNDS = ("#191d22", "#111418", "#22272e")
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
STEPS = 100

Rgb = tuple[int, int, int]


class Accent(NamedTuple):
    """One theme's accent: the colour, the ink that is readable on it, and a soft ground of the same hue."""

    colour: str
    ink: str
    soft: str


def rgb(colour: str) -> Rgb:
    """The three channels of ``#rrggbb``. Raises ValueError for any other notation."""
    if not HEX.fullmatch(colour):
        raise ValueError(f"A colour is written #rrggbb, not {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """WCAG contrast of two ``#rrggbb`` colours, from 1 (equal) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _mix(colour: str, towards: Rgb, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(rgb(colour), towards, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _readable(colour: str, grounds: tuple[str, ...], towards: Rgb) -> str:
    """The nearest mix of ``colour`` towards black or white that is readable as text on every ground."""
    for step in range(STEPS + 1):
        candidate = _mix(colour, towards, step / STEPS)
        if all(contrast_ratio(candidate, ground) >= TEXT_CONTRAST for ground in grounds):
            return candidate
    raise ValueError("No shade is readable on these grounds")


def _ink(colour: str) -> str:
    return max("#ffffff", "#101418", key=lambda ink: contrast_ratio(colour, ink))


def light_accent(brand: str) -> Accent:
    """The accent of the light theme for a brand colour: darkened only as far as readability needs."""
    soft = _mix(brand, WHITE, 0.9)
    colour = _readable(brand, (*LIGHT_GROUNDS, soft), BLACK)
    return Accent(colour, _ink(colour), soft)


def dark_accent(brand: str) -> Accent:
    """The accent of the dark theme for a brand colour: lightened only as far as readability needs."""
    soft = _mix(_mix(brand, BLACK, 0.3), rgb(DARK_GROUNDS[0]), 0.75)
    colour = _readable(brand, (*DARK_GROUNDS, soft), WHITE)
    return Accent(colour, _ink(colour), soft)


def theme_css(brand: str) -> str:
    """The stylesheet of a provider's brand colour (``#rrggbb``): the properties that tokens.css reads.

    Raises ValueError for any other notation, so that nothing else can reach the stylesheet.
    """
    light, dark = light_accent(brand), dark_accent(brand)
    return (
        ":root {\n"
        f"  --provider-accent: {light.colour};\n"
        f"  --provider-accent-ink: {light.ink};\n"
        f"  --provider-accent-soft: {light.soft};\n"
        f"  --provider-accent-dark: {dark.colour};\n"
        f"  --provider-accent-dark-ink: {dark.ink};\n"
        f"  --provider-accent-dark-soft: {dark.soft};\n"
        "}\n"
    )
