"""Working time: calendars, deadlines and elapsed time. Pure: no framework, no database, no clock of its own.

Start at `working_time_for(spec)`; `docs/developers/working-time.md` explains how it works.
"""

from sla.working_time.compiled import WorkingTime, compile_calendar
from sla.working_time.errors import (
    BeyondHorizon,
    InvalidCalendar,
    NeverOpens,
    NoVisitBooked,
    WorkingTimeError,
)
from sla.working_time.explanation import Counted, Gap, Reason, ReasonKind, TraceRow
from sla.working_time.holidays_uk import HOLIDAYS_VERSION, Nation, PublicHoliday, public_holidays
from sla.working_time.many import Durations, Instants, to_datetimes, to_instants
from sla.working_time.pauses import Pause
from sla.working_time.spec import (
    AlwaysOpen,
    CalendarException,
    CalendarSpec,
    Hours,
    Layer,
    LayerKind,
    VisitHours,
    VisitWindow,
    WeeklyHours,
    WeeklyWindow,
    weekly_hours,
)
from sla.working_time.timeline import Timeline, working_time_by_hash, working_time_for
from sla.working_time.zones import TZDATA_VERSION

__all__ = [
    "HOLIDAYS_VERSION",
    "TZDATA_VERSION",
    "AlwaysOpen",
    "BeyondHorizon",
    "CalendarException",
    "CalendarSpec",
    "Counted",
    "Durations",
    "Gap",
    "Hours",
    "Instants",
    "InvalidCalendar",
    "Layer",
    "LayerKind",
    "Nation",
    "NeverOpens",
    "NoVisitBooked",
    "Pause",
    "PublicHoliday",
    "Reason",
    "ReasonKind",
    "Timeline",
    "TraceRow",
    "VisitHours",
    "VisitWindow",
    "WeeklyHours",
    "WeeklyWindow",
    "WorkingTime",
    "WorkingTimeError",
    "compile_calendar",
    "public_holidays",
    "to_datetimes",
    "to_instants",
    "weekly_hours",
    "working_time_by_hash",
    "working_time_for",
]
