from contracts.models.contract import Contract, PausePolicy
from contracts.models.packages import (
    AgreementVersion,
    Answer,
    ClauseTopic,
    EmergencyCallout,
    Package,
    PackageClause,
    VisitSlot,
    VisitWindow,
)

__all__ = [
    "AgreementVersion",
    "Answer",
    "ClauseTopic",
    "Contract",
    "EmergencyCallout",
    "Package",
    "PackageClause",
    "PausePolicy",
    "VisitSlot",
    "VisitWindow",
]
