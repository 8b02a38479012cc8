"""Reads for the pages: the rows of a preview, sheet by sheet."""

from dataclasses import dataclass

from django.db.models import QuerySet

from onboarding.layout import Kind
from onboarding.models import Import, ImportRow
from onboarding.services.base import Outcome

OUTCOMES = (Outcome.WRONG, Outcome.CHANGED, Outcome.NEW, Outcome.HELD, Outcome.SAME)


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """How many rows of a sheet come to what."""

    kind: Kind
    rows: int
    wrong: int
    changed: int
    new: int
    held: int
    same: int


def sheets_of(row: Import) -> list[SheetSummary]:
    """The sheets that have rows, in their order."""
    found = [(kind, row.counts[kind]) for kind in Kind if kind in row.counts]
    return [
        SheetSummary(kind, sum(counts.values()), **{name: counts.get(name, 0) for name in OUTCOMES})
        for kind, counts in found
    ]


def sheet_shown(sheets: list[SheetSummary], asked: str) -> Kind | None:
    """The sheet that is asked for, or the first with a problem, or the first."""
    by_name = {str(sheet.kind): sheet.kind for sheet in sheets}
    first = next((sheet.kind for sheet in sheets if sheet.wrong), sheets[0].kind if sheets else None)
    return by_name.get(asked, first)


def rows_shown(row: Import, kind: Kind) -> QuerySet[ImportRow]:
    """The rows of a sheet, what is wrong first."""
    return ImportRow.objects.filter(of=row, kind=kind)
