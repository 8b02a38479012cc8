"""Geometry of a strip of dates: what held from which day to which, one lane for each thing."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NotRequired, TypedDict

from django.utils.formats import date_format

EDGE_PERCENT = 12.0
MOST_YEARS = 8


class LaneBar(TypedDict):
    """A stretch of days, both included; without `last` it goes on. ``kind`` is plain or agreed."""

    first: date
    last: date | None
    label: str
    kind: str


class Lane(TypedDict):
    name: str
    bars: Sequence[LaneBar]


class Lanes(TypedDict):
    """What a page hands to ``{% date_lanes %}``: the days drawn, both included, the lanes, and a day to mark."""

    first: date
    last: date
    lanes: Sequence[Lane]
    mark: NotRequired[date]
    mark_label: NotRequired[str]


def draw(data: Mapping[str, Any]) -> dict[str, object]:
    """Everything the template needs; coordinates are percent of the width."""
    first: date = data["first"]
    days = (data["last"] - first).days + 1

    def place(day: date) -> float:
        share: float = (day - first).days * 100 / days
        return min(100.0, max(0.0, share))

    def bar(one: Mapping[str, Any]) -> dict[str, object]:
        x = place(one["first"])
        ends = 100.0 if one["last"] is None else place(one["last"] + timedelta(days=1))
        return {"x": x, "width": max(ends - x, 0.5), "label": one["label"], "kind": one["kind"]}

    mark = data.get("mark")
    return {
        "lanes": [
            {"name": lane["name"], "bars": [bar(one) for one in lane["bars"]]} for lane in data["lanes"]
        ],
        "years": [
            {"x": place(date(year, 1, 1)), "text": str(year)}
            for year in range(first.year + 1, data["last"].year + 1)
            if days < MOST_YEARS * 366 or year % 5 == 0
        ],
        "mark": place(mark) if mark else None,
        "mark_anchor": _anchor(place(mark)) if mark else "",
        "mark_label": data.get("mark_label", "") or (date_format(mark, "j M Y") if mark else ""),
    }


def _anchor(x: float) -> str:
    return "start" if x < EDGE_PERCENT else "end" if x > 100 - EDGE_PERCENT else "middle"
