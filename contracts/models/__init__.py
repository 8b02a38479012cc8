from contracts.models.changes import RECENT_DAYS, ChangeSettings, ReportedChange, StillWorks
from contracts.models.contract import Contract, PausePolicy
from contracts.models.documents import ContractDocument
from contracts.models.obligations import Obligation, ObligationReview, ObligationState
from contracts.models.packages import (
    AgreementVersion,
    Answer,
    ClauseCondition,
    ClauseTopic,
    EmergencyCallout,
    Package,
    PackageClause,
    VisitSlot,
    VisitWindow,
)
from contracts.models.variations import Extent, Variation, VariationPeriod, VariationTurn, Varied

__all__ = [
    "RECENT_DAYS",
    "AgreementVersion",
    "Answer",
    "ChangeSettings",
    "ClauseCondition",
    "ClauseTopic",
    "Contract",
    "ContractDocument",
    "EmergencyCallout",
    "Extent",
    "Obligation",
    "ObligationReview",
    "ObligationState",
    "Package",
    "PackageClause",
    "PausePolicy",
    "ReportedChange",
    "StillWorks",
    "Variation",
    "VariationPeriod",
    "VariationTurn",
    "Varied",
    "VisitSlot",
    "VisitWindow",
]
