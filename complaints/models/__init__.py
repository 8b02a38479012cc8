from complaints.models.complaint import (
    INTERNAL,
    USUAL_HOURS,
    Complaint,
    ComplaintSettings,
    ComplaintStep,
    Outcome,
    Stage,
    StepKind,
)

__all__ = [
    "INTERNAL",
    "USUAL_HOURS",
    "Complaint",
    "ComplaintSettings",
    "ComplaintStep",
    "Outcome",
    "Stage",
    "StepKind",
]
