from visits.models.allowances import (
    AllowanceEntry,
    AllowanceKind,
    AllowanceRule,
    AllowanceWarning,
    EntryCause,
    FairUseAgreement,
    Period,
    RemoteSession,
)
from visits.models.engineers import AbsenceKind, EngineerAbsence, EngineerHours
from visits.models.feeds import CalendarFeed
from visits.models.plans import (
    GapReason,
    PlanGap,
    PlanKind,
    PlannedVisit,
    PlanState,
    VisitPlan,
    VisitRhythm,
    VisitWish,
)
from visits.models.policy import VisitPolicy
from visits.models.school_year import SchoolTerm
from visits.models.visits import (
    TAKES_ENGINEER,
    USES_ALLOWANCE,
    Visit,
    VisitEvent,
    VisitEventKind,
    VisitKind,
    VisitState,
)

__all__ = [
    "TAKES_ENGINEER",
    "USES_ALLOWANCE",
    "AbsenceKind",
    "AllowanceEntry",
    "AllowanceKind",
    "AllowanceRule",
    "AllowanceWarning",
    "CalendarFeed",
    "EngineerAbsence",
    "EngineerHours",
    "EntryCause",
    "FairUseAgreement",
    "GapReason",
    "Period",
    "PlanGap",
    "PlanKind",
    "PlanState",
    "PlannedVisit",
    "RemoteSession",
    "SchoolTerm",
    "Visit",
    "VisitEvent",
    "VisitEventKind",
    "VisitKind",
    "VisitPlan",
    "VisitPolicy",
    "VisitRhythm",
    "VisitState",
    "VisitWish",
]
