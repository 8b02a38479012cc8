"""Geometry of the strip of working time: open hours to scale, closed hours folded to a sliver."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

from django.utils.translation import gettext as _

from concero_desk.ui.times import moment

Instant = dt.datetime
GAP_PERCENT = 1.2
CLOSURE_PERCENT = 4.0
WEEKDAY_FITS_PERCENT = 9.0
LABEL_EDGE_PERCENT = 30.0
FULL = 100.0


class Strip(TypedDict):
    """What a page hands to ``{% time_strip %}``. Instants are aware; intervals are half-open and in order.

    ``id`` is unique on the page. ``start`` and ``end`` bound the drawing; ``started`` and ``due`` are the
    clock's. ``open`` holds the open hours, ``closures`` the named ones among the rest, ``pauses`` the times
    the clock stood.
    ``now`` is left out for a clock that has ended: then ``ended`` is drawn in its place.
    """

    id: str
    start: Instant
    end: Instant
    started: Instant
    due: Instant
    open: Sequence[tuple[Instant, Instant]]
    closures: NotRequired[Sequence[tuple[Instant, Instant, str]]]
    pauses: NotRequired[Sequence[tuple[Instant, Instant, str]]]
    now: NotRequired[Instant]
    ended: NotRequired[Instant]


class Piece(NamedTuple):
    """A stretch of time and its place on the strip in percent; ``name`` is set for a named closure."""

    begin: Instant
    end: Instant
    x: float
    width: float
    is_open: bool
    name: str

    def at(self, instant: Instant) -> float:
        length = (self.end - self.begin).total_seconds()
        return self.x + self.width * ((instant - self.begin).total_seconds() / length)


class Bar(NamedTuple):
    """A rectangle of the drawing, in percent; ``kind`` is elapsed, ahead, spare, late, paused or closure."""

    kind: str
    x: float
    width: float
    label: str


class Mark(NamedTuple):
    """A vertical line with a label; ``anchor`` keeps the label inside the drawing."""

    kind: str
    x: float
    anchor: str
    label: str


def _stretches(data: Mapping[str, Any]) -> list[tuple[Instant, Instant, bool, str]]:
    """The drawing's whole time in order, open and closed stretches alternating."""
    found: list[tuple[Instant, Instant, bool, str]] = []
    position = data["start"]
    for begin, end in data["open"]:
        begin, end = max(begin, data["start"]), min(end, data["end"])
        if begin >= end:
            continue
        if begin > position:
            found.append((position, begin, False, _closure_names(data, position, begin)))
        found.append((begin, end, True, ""))
        position = end
    if position < data["end"]:
        found.append((position, data["end"], False, _closure_names(data, position, data["end"])))
    return found


def _closure_names(data: Mapping[str, Any], begin: Instant, end: Instant) -> str:
    names = [str(name) for start, stop, name in data.get("closures", ()) if start < end and stop > begin]
    return ", ".join(dict.fromkeys(names))


def pieces(data: Mapping[str, Any]) -> list[Piece]:
    """Every stretch with its place: closed ones have a fixed width, open ones share the rest by length."""
    stretches = _stretches(data)
    fixed = [
        0.0 if is_open else CLOSURE_PERCENT if name else GAP_PERCENT for _b, _e, is_open, name in stretches
    ]
    # Many closures must not squeeze the open hours away: the folded ones never take more than half the strip.
    shrink = min(1.0, FULL / 2 / sum(fixed)) if any(fixed) else 1.0
    seconds = sum((end - begin).total_seconds() for begin, end, is_open, _n in stretches if is_open)
    scale = (FULL - sum(fixed) * shrink) / seconds if seconds else 0.0
    placed, x = [], 0.0
    for (begin, end, is_open, name), width in zip(stretches, fixed, strict=True):
        wide = (end - begin).total_seconds() * scale if is_open else width * shrink
        placed.append(Piece(begin, end, x, wide, is_open, name))
        x += wide
    return placed


def place(placed: Sequence[Piece], instant: Instant) -> float:
    """Where an instant stands on the strip, in percent; outside the drawing it stands at the nearer edge."""
    for piece in placed:
        if instant < piece.end:
            return max(0.0, piece.at(instant)) if instant > piece.begin else piece.x
    return FULL


def _bars(data: Mapping[str, Any], placed: Sequence[Piece], until: Instant) -> list[Bar]:
    started, due = data["started"], data["due"]
    spans = [
        ("spare", data["start"], started),
        ("elapsed", started, min(until, due)),
        ("late", due, until),
        ("ahead", max(started, until), due),
        ("spare", max(due, until), data["end"]),
    ]
    bars = [Bar("closure", piece.x, piece.width, piece.name) for piece in placed if piece.name]
    for kind, begin, end in spans:
        bars += _open_bars(placed, kind, begin, end, "")
    for begin, end, reason in data.get("pauses", ()):
        bars += _open_bars(placed, "paused", begin, end, reason)
    return bars


def _open_bars(placed: Sequence[Piece], kind: str, begin: Instant, end: Instant, label: str) -> list[Bar]:
    bars = []
    for piece in placed:
        first, last = max(begin, piece.begin), min(end, piece.end)
        if piece.is_open and first < last:
            x = piece.at(first)
            bars.append(Bar(kind, x, piece.at(last) - x, label))
    return bars


def _mark(kind: str, x: float, label: str) -> Mark:
    near_start, near_end = x < LABEL_EDGE_PERCENT, x > FULL - LABEL_EDGE_PERCENT
    return Mark(kind, x, "start" if near_start else "end" if near_end else "middle", label)


def _days(placed: Sequence[Piece]) -> list[Mark]:
    days = []
    for piece in placed:
        if piece.is_open and piece.width >= WEEKDAY_FITS_PERCENT:
            days.append(Mark("day", piece.x, "start", moment(piece.begin).short.split(" ", 1)[0]))
    return days


def _keys(bars: Sequence[Bar]) -> list[dict[str, str]]:
    """What the fills mean, for those drawn: the ordinary hours beside the clock's own explain themselves."""
    words = {"elapsed": _("used"), "ahead": _("left"), "late": _("over")}
    found = {
        (bar.kind, str(bar.label) or words.get(bar.kind, "")): None for bar in bars if bar.kind != "spare"
    }
    return [{"kind": kind, "label": label} for kind, label in found]


def _rows(data: Mapping[str, Any], placed: Sequence[Piece]) -> list[dict[str, str]]:
    rows = []
    for piece in placed:
        state = _("Open") if piece.is_open else piece.name or _("Closed")
        rows.append({"from": moment(piece.begin).short, "to": moment(piece.end).short, "state": state})
    for begin, end, reason in data.get("pauses", ()):
        state = _("Paused: %(reason)s") % {"reason": reason}
        rows.append({"from": moment(begin).short, "to": moment(end).short, "state": state})
    return rows


def draw(data: Mapping[str, Any]) -> dict[str, object]:
    """Everything the template needs to draw a strip; coordinates are percent of its width."""
    placed = pieces(data)
    ended, due = data.get("ended"), data["due"]
    until = ended or data["now"]
    label = _("Ended %(time)s") if ended else _("Now %(time)s")
    marks = [
        _mark("now", place(placed, until), label % {"time": moment(until).short}),
        _mark("due", place(placed, due), _("Due %(time)s") % {"time": moment(due).short}),
    ]
    bars = _bars(data, placed, until)
    words = _("Started %(started)s. Due %(due)s.") % {
        "started": moment(data["started"]).short,
        "due": moment(due).short,
    }
    return {
        "id": data["id"],
        "bars": bars,
        "marks": marks,
        "days": _days(placed),
        "summary": f"{words} {marks[0].label}.",
        "rows": _rows(data, placed),
        "keys": _keys(bars),
    }
