"""Geometry of bar and line charts: static SVG for page and PDF, always with the numbers as a table."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

WIDTH, HEIGHT = 320, 180
LEFT, RIGHT, TOP, BOTTOM = 42, 6, 16, 26
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
GROUP_SHARE = 0.72
NICE_STEPS = (1, 2, 4, 8, 10)
COUNT_STEPS = (1.2, 2, 4, 6, 8, 12)  # times ten they divide by the four steps of the axis
TICKS = 4
MAX_SERIES = 3


class Series(TypedDict):
    """One row of figures, as long as the chart's categories; ``None`` where there is nothing to show."""

    name: str
    values: Sequence[float | None]


class Chart(TypedDict):
    """What a page or report hands to ``{% chart %}``.

    ``id`` is unique on the page; ``kind`` is bar or line; ``title`` says what is shown and ``summary`` what
    it means. ``unit`` follows every number. ``minimum`` lets a line start above nothing; bars always start at
    nothing. ``target`` is drawn as a line and named ``target_label``. At most three series: more cannot
    be told apart without colour.
    """

    id: str
    kind: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    summary: NotRequired[str]
    unit: NotRequired[str]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    target: NotRequired[float]
    target_label: NotRequired[str]
    category_label: NotRequired[str]


def nice_maximum(highest: float) -> float:
    """The first round number at or above ``highest``, so that the axis has even steps; whole ones for whole numbers."""
    if highest <= 0:
        return 1.0
    whole = float(highest).is_integer()
    if whole and highest <= 8:
        return 4.0 if highest <= 4 else 8.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (COUNT_STEPS if whole else NICE_STEPS) if step * power >= highest)


def written(value: float | None, unit: str = "") -> str:
    """A figure as it is written in the chart and its table: no needless decimals; a dash for nothing."""
    return "–" if value is None else f"{value:g}{unit}"


def _y(value: float, low: float, high: float) -> float:
    """The height of a value; one outside the axis is drawn at its edge."""
    share = (min(max(value, low), high) - low) / (high - low)
    return round(TOP + PLOT_HEIGHT * (1 - share), 2)


def _bars(data: Mapping[str, Any], low: float, high: float) -> list[dict[str, object]]:
    step = PLOT_WIDTH / len(data["categories"])
    width = step * GROUP_SHARE / len(data["series"])
    bars = []
    for number, series in enumerate(data["series"], start=1):
        for place, value in enumerate(series["values"]):
            if value is None:
                continue
            x = LEFT + place * step + step * (1 - GROUP_SHARE) / 2 + (number - 1) * width
            y = _y(value, low, high)
            bars.append(
                {
                    "number": number,
                    "x": round(x + 1, 2),
                    "y": y,
                    "width": round(width - 2, 2),
                    "height": round(TOP + PLOT_HEIGHT - y, 2),
                    "middle": round(x + width / 2, 2),
                    "text": written(value, data.get("unit", "")),
                }
            )
    return bars


def _lines(data: Mapping[str, Any], low: float, high: float) -> list[dict[str, object]]:
    step = PLOT_WIDTH / len(data["categories"])
    lines = []
    for number, series in enumerate(data["series"], start=1):
        points = [
            {
                "x": round(LEFT + (place + 0.5) * step, 2),
                "y": _y(value, low, high),
                "text": written(value, data.get("unit", "")),
            }
            for place, value in enumerate(series["values"])
            if value is not None
        ]
        path = " ".join(f"{point['x']},{point['y']}" for point in points)
        lines.append({"number": number, "points": points, "path": path})
    return lines


def _check(data: Mapping[str, Any]) -> None:
    if data["kind"] not in ("bar", "line"):
        raise ValueError(f"A chart is a bar or a line, not {data['kind']!r}")
    if data["kind"] == "bar" and data.get("minimum"):
        raise ValueError("Bars start at nothing: a cut bar misleads")
    if not 1 <= len(data["series"]) <= MAX_SERIES:
        raise ValueError("A chart shows one to three series")
    if not data["categories"]:
        raise ValueError("A chart needs a category")
    if any(len(series["values"]) != len(data["categories"]) for series in data["series"]):
        raise ValueError("Every series has one value for each category")


def draw(data: Mapping[str, Any]) -> dict[str, object]:
    """What the template needs to draw the chart and its table. Raises ValueError for data that do not fit."""
    _check(data)
    unit, target = data.get("unit", ""), data.get("target")
    shown = [value for series in data["series"] for value in series["values"] if value is not None]
    low = data.get("minimum", 0)
    high = data.get("maximum") or nice_maximum(max([*shown, target or 0]))
    step = PLOT_WIDTH / len(data["categories"])
    return {
        "id": data["id"],
        "title": data["title"],
        "summary": data.get("summary", ""),
        "view_box": f"0 0 {WIDTH} {HEIGHT}",
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": HEIGHT - BOTTOM,
        "ticks": [
            {"y": _y(value, low, high), "text": written(value, unit)}
            for value in (low + (high - low) * n / TICKS for n in range(TICKS + 1))
        ],
        "labels": [
            {"x": round(LEFT + (place + 0.5) * step, 2), "text": name}
            for place, name in enumerate(data["categories"])
        ],
        "bars": _bars(data, low, high) if data["kind"] == "bar" else [],
        "lines": _lines(data, low, high) if data["kind"] == "line" else [],
        "target": {"y": _y(target, low, high), "text": data.get("target_label", "")} if target else None,
        "series": [
            {"number": number, "name": series["name"]}
            for number, series in enumerate(data["series"], start=1)
        ],
        "category_label": data.get("category_label", ""),
        "table": [
            {"name": name, "cells": [written(series["values"][place], unit) for series in data["series"]]}
            for place, name in enumerate(data["categories"])
        ],
    }
