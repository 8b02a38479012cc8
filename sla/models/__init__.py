from sla.models.calendars import (
    BusinessCalendar,
    CalendarRevision,
    CalendarVersion,
    Closure,
    ClosureKind,
    OnSiteTime,
    OpeningWindow,
    PublicHoliday,
    Weekday,
)
from sla.models.clocks import Apart, Clock, ClockEvent, ClockEventKind, ClockKind, ClockPause, ClockState
from sla.models.levels import ServiceLevel, ServiceTarget, TargetSet

__all__ = [
    "Apart",
    "BusinessCalendar",
    "CalendarRevision",
    "CalendarVersion",
    "Clock",
    "ClockEvent",
    "ClockEventKind",
    "ClockKind",
    "ClockPause",
    "ClockState",
    "Closure",
    "ClosureKind",
    "OnSiteTime",
    "OpeningWindow",
    "PublicHoliday",
    "ServiceLevel",
    "ServiceTarget",
    "TargetSet",
    "Weekday",
]
