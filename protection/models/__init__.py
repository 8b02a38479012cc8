from protection.models.retention import DoomedFile, Hold, RetentionRule, RetentionRun
from protection.models.subjects import Erasure, ErasureState, ExportState, SubjectExport

__all__ = [
    "DoomedFile",
    "Erasure",
    "ErasureState",
    "ExportState",
    "Hold",
    "RetentionRule",
    "RetentionRun",
    "SubjectExport",
]
