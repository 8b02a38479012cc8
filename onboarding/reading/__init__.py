"""From uploaded files to entries: which kind each sheet is, its headings, its cells. Touches no database."""

from onboarding.reading.entries import Entry, Reading
from onboarding.reading.files import files_read

__all__ = ["Entry", "Reading", "files_read"]
