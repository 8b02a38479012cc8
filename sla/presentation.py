"""A deadline's trace as pages show it: a table of intervals, and the strip of working time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.explain import DeadlineTrace, duration_words, reason_words
from sla.working_time import Counted, ReasonKind


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One interval in words. `counted` and `total` are empty where the clock did not run."""

    starts: datetime
    ends: datetime
    counted: str
    total: str
    why: str


def trace_table(trace: DeadlineTrace) -> list[TraceLine]:
    """Every interval between the start and the deadline, with what it counted or why it did not."""
    lines = []
    for row in trace.rows:
        if isinstance(row, Counted):
            counted, total = duration_words(row.working), duration_words(row.running_total)
            lines.append(TraceLine(row.starts, row.ends, counted, total, ""))
        else:
            why = ", ".join(dict.fromkeys(reason_words(reason) for reason in row.reasons))
            lines.append(TraceLine(row.starts, row.ends, "", "", why))
    return lines


def trace_strip(trace: DeadlineTrace, now: datetime) -> dict[str, Any] | None:
    """What `{% time_strip %}` draws; None where there is nothing to draw because nothing counted or nothing is due."""
    opened = [(row.starts, row.ends) for row in trace.rows if isinstance(row, Counted)]
    if trace.due_at is None or not opened:
        return None
    closures = [
        (row.starts, row.ends, reason.name)
        for row in trace.rows
        if not isinstance(row, Counted)
        for reason in row.reasons
        if reason.kind is ReasonKind.CLOSURE
    ]
    moment = {"ended": trace.ended_at} if trace.ended_at else {"now": now}
    return {
        "id": f"strip-{trace.kind}",
        "start": trace.started_at,
        "end": max(trace.due_at, opened[-1][1]),
        "started": trace.started_at,
        "due": trace.due_at,
        "open": opened,
        "closures": closures,
        "pauses": [(pause.starts_at, pause.ends_at or now, pause.reason) for pause in trace.pauses],
        **moment,
    }
