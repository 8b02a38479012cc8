"""A sheet as it was handed in: a name and rows of raw cells, whatever kind of file it came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from onboarding.limits import MOST_COLUMNS, MOST_ROWS
from onboarding.problems import Unreadable

Cells = list[Any]


@dataclass(slots=True)
class Grid:
    """`rows`: the spreadsheet's row numbers with their cells, empty rows left out. `from_file`: a CSV of its own."""

    name: str
    from_file: bool
    rows: list[tuple[int, Cells]] = field(default_factory=list)


def grid_of(name: str, rows: Iterable[Cells], *, from_file: bool) -> Grid:
    """The rows that hold anything. Raises Unreadable for too many rows or columns."""
    grid = Grid(name, from_file)
    for number, row in enumerate(rows, start=1):
        while row and row[-1] in (None, ""):
            row.pop()
        if not row:
            continue
        if len(row) > MOST_COLUMNS:
            raise Unreadable(
                _("%(name)s has more than %(most)d columns.") % {"name": name, "most": MOST_COLUMNS},
                _("Remove the columns that are not in the template."),
            )
        if len(grid.rows) > MOST_ROWS:
            raise Unreadable(
                _("%(name)s has more than %(most)d rows.") % {"name": name, "most": MOST_ROWS},
                _("Split it and import one part after the other."),
            )
        grid.rows.append((number, row))
    return grid
