"""Running clocks as columns, for recomputing many at once: out of the database, locked, and back into it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from accounts.tenancy.scope import current_scope
from sla.bulk import Column, Columns, read_columns, write_columns
from sla.many_deadlines import PauseTable
from sla.steps import WITHOUT_STEPS

_NUMBERS = [
    "id",
    "customer",
    "calendar",
    "version",
    "level",
    "allowance",
    "percent",
    "paused",
    "silent",
    "generation",
]
_INSTANTS = ["started", "due", "warn", "unpaused", "warned", "breached"]
_SILENT = ", ".join(f"'{apart}'" for apart in sorted(WITHOUT_STEPS))
_SELECT = """
    SELECT id, customer_id, calendar_id, calendar_version_id, level_id, allowance_minutes::bigint,
        warn_percent::bigint, (state = 'paused')::int::bigint, (apart IN ({silent}))::int::bigint,
        generation::bigint, started_at,
        coalesce(due_at, '-infinity'), coalesce(warn_at, '-infinity'),
        coalesce(due_without_pauses_at, '-infinity'), coalesce(warned_at, '-infinity'),
        coalesce(breached_at, '-infinity')
    FROM sla_clock WHERE {reach} AND id > %s ORDER BY id LIMIT %s
"""
_PAUSES = """
    SELECT p.clock_id, p.starts_at, coalesce(p.ends_at, '-infinity') FROM sla_clockpause p
    JOIN sla_clock c ON c.id = p.clock_id AND c.state IN ('running', 'paused')
    WHERE c.id BETWEEN %s AND %s ORDER BY p.clock_id, p.starts_at
"""
_NEW_NUMBERS = ["id", "customer", "version", "old_version", "level", "allowance", "percent", "generation"]
_FLAGS = ["moved", "changed", "reinstated"]
_NEW_INSTANTS = ["due", "warn", "unpaused", "warned", "breached", "wake", "old_due"]
_TABLE = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS clock_moves (
        {", ".join(f"{name} bigint" for name in [*_NEW_NUMBERS, *_FLAGS])},
        {", ".join(f"{name} timestamptz" for name in _NEW_INSTANTS)}
    ) ON COMMIT DROP;
    TRUNCATE pg_temp.clock_moves
"""
_UPDATE = """
    UPDATE sla_clock c SET
        calendar_version_id = m.version,
        due_at = nullif(m.due, '-infinity'),
        warn_at = nullif(m.warn, '-infinity'),
        due_without_pauses_at = nullif(m.unpaused, '-infinity'),
        generation = m.generation,
        warned_at = nullif(m.warned, '-infinity'),
        breached_at = nullif(m.breached, '-infinity'),
        -- A row that rests after a failure goes on resting, unless its steps changed.
        wake_at = CASE WHEN m.changed = 1 THEN nullif(m.wake, '-infinity') ELSE c.wake_at END,
        failures = CASE WHEN m.changed = 1 THEN 0 ELSE c.failures END,
        last_failure = CASE WHEN m.changed = 1 THEN '' ELSE c.last_failure END,
        dead_at = CASE WHEN m.changed = 1 THEN NULL ELSE c.dead_at END
    FROM pg_temp.clock_moves m WHERE c.id = m.id
"""
_EVENTS = """
    INSERT INTO sla_clockevent
        (provider_id, customer_id, clock_id, kind, at, generation, due_at, cause, is_late, actor_id, data)
    SELECT %(provider)s, m.customer, m.id, e.kind, %(now)s, m.generation, nullif(m.due, '-infinity'),
        %(cause)s, false, %(actor)s,
        CASE WHEN e.kind = 'recomputed' THEN jsonb_build_object(
            'level', m.level, 'allowance_minutes', m.allowance, 'warn_percent', m.percent,
            'version', m.version,
            'before', jsonb_build_object('due_at', nullif(m.old_due, '-infinity'), 'version', m.old_version)
        ) ELSE '{}' END
    FROM pg_temp.clock_moves m
    JOIN (VALUES (1, 'reinstated'), (2, 'recomputed')) e (turn, kind)
        ON e.kind = 'recomputed' OR m.reinstated = 1
    WHERE m.changed = 1 ORDER BY m.id, e.turn
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which running clocks of the provider a change can touch: all, those of some calendars, or of one
    customer.
    """

    calendar_ids: frozenset[int] | None = None
    customer_id: int | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """SQL over `sla_clock` and its parameters."""
        parts, parameters = (
            ["provider_id = %s", "state IN ('running', 'paused')"],
            [current_scope().provider_id],
        )
        if self.calendar_ids is not None:
            parts.append("calendar_id = ANY(%s)")
            parameters.append(sorted(self.calendar_ids))  # type: ignore[arg-type]
        if self.customer_id is not None:
            parts.append("customer_id = %s")
            parameters.append(self.customer_id)
        return " AND ".join(parts), parameters

    def count(self) -> int:
        """How many running clocks there are to look at."""
        condition, parameters = self.condition()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM sla_clock WHERE {condition}", parameters)  # noqa: S608 - no values
            return int(cursor.fetchone()[0])


def read_running(reach: Reach, *, after: int, limit: int, locked: bool) -> Columns:
    """The next running and waiting clocks after an id, in the order of their ids, locked if asked."""
    condition, parameters = reach.condition()
    query = _SELECT.format(silent=_SILENT, reach=condition) + ("FOR NO KEY UPDATE" if locked else "")
    return read_columns(query, [*parameters, after, limit], numbers=_NUMBERS, instants=_INSTANTS)


def read_pauses(ids: Column) -> PauseTable:
    """The pauses of these clocks, whose ids are sorted."""
    rows = read_columns(_PAUSES, [int(ids[0]), int(ids[-1])], numbers=["clock"], instants=["starts", "ends"])
    position = np.searchsorted(ids, rows["clock"])
    known = ids[position] == rows["clock"]  # the others are outside the reach
    return PauseTable.of(position[known], rows["starts"][known], rows["ends"][known])


def write_moves(new: Columns, *, cause: str, now: datetime) -> None:
    """Store new deadlines, and tell each clock's history why."""
    if not len(new["id"]):
        return
    scope = current_scope()
    parameters: dict[str, Any] = {
        "provider": scope.provider_id,
        "now": now,
        "cause": cause[:300],
        "actor": scope.person_id,
    }
    with connection.cursor() as cursor:
        for statement in _TABLE.split(";"):
            cursor.execute(statement)
        write_columns("clock_moves", new, instants=_NEW_INSTANTS)
        cursor.execute("ANALYZE pg_temp.clock_moves")
        cursor.execute(_UPDATE)
        cursor.execute(_EVENTS, parameters)
