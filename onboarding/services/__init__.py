"""Writes of this app: an import is uploaded, checked, written as a whole, discarded."""

from onboarding.services.imports import import_discard, import_start, import_turn, import_upload
from onboarding.services.running import Result, reading_apply

__all__ = ["Result", "import_discard", "import_start", "import_turn", "import_upload", "reading_apply"]
