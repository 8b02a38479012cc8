"""Rows with their cells read: what was given, what it means, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from onboarding.cells import alike, plain
from onboarding.layout import KEYS, LAYOUT, Column, Kind, kind_of_headings, kind_of_sheet
from onboarding.problems import Problem, Wrong, shown
from onboarding.reading.grids import Cells, Grid


@dataclass(slots=True)
class Entry:
    """One row. `values` holds what its filled cells mean, by the columns' keys; an empty cell says nothing.

    `outcome` and `changes` (heading, before, after) are filled in when it is applied.
    """

    kind: Kind
    sheet: str
    number: int
    letters: dict[str, str]
    given: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    outcome: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """What finds the row again, in words."""
        return ", ".join(shown(self.given.get(key)) for key in KEYS[self.kind])

    def wrong(self, key: str, words: str, advice: str = "") -> None:
        """Something is wrong with the cell of a column, or with the row where its sheet has no such column."""
        headings = {column.key: column.heading for column in LAYOUT[self.kind]}
        has_cell = key in self.letters
        self.problems.append(
            Problem(
                sheet=self.sheet,
                wrong=words,
                advice=advice,
                row=self.number,
                column=self.letters.get(key, ""),
                heading=headings[key] if has_cell else "",
                value=shown(self.given.get(key)) if has_cell else "",
            )
        )

    def refused(self, error: ValidationError, *, instead: str) -> None:
        """Take over what a service says, each word at its cell; `instead` for what belongs to no column."""
        keys = {column.key for column in LAYOUT[self.kind]}
        by_field = error.message_dict if hasattr(error, "error_dict") else {instead: error.messages}
        for name, messages in by_field.items():
            for message in messages:
                self.wrong(name if name in keys else instead, message)


@dataclass(slots=True)
class Reading:
    """All rows of all files, and what is wrong with whole sheets and files."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def grid_read(grid: Grid, reading: Reading) -> None:
    """Add the rows of a sheet to what has been read."""
    if not grid.rows:
        return
    (_number, first), *rows = grid.rows
    headings = [_heading(cell) for cell in first]
    kind = (None if grid.from_file else kind_of_sheet(grid.name)) or kind_of_headings(headings)
    if kind is None:
        words = _("It cannot be told what this sheet holds.")
        advice = _("Name it, or give it the headings of one of these: %(names)s.")
        reading.problems.append(Problem(grid.name, words, advice % {"names": ", ".join(Kind)}))
        return
    places, problems = _places(grid.name, kind, headings)
    reading.problems += problems
    if problems:
        return
    letters = {column.key: get_column_letter(place + 1) for place, column in places.items()}
    reading.entries += [_entry(kind, grid.name, number, row, places, letters) for number, row in rows]


def _heading(cell: Any) -> str:
    try:
        return " ".join(plain(cell).split())
    except Wrong:
        return str(cell)


def _places(sheet: str, kind: Kind, headings: Sequence[str]) -> tuple[dict[int, Column], list[Problem]]:
    """Which column of the layout stands where. Headings that are missing, unknown or twice there are problems."""
    known = {alike(column.heading): column for column in LAYOUT[kind]}
    places: dict[int, Column] = {}
    problems = []
    for place, heading in enumerate(headings):
        column = known.get(alike(heading))
        letter = get_column_letter(place + 1)
        if heading and column is None:
            words = _("There is no column of this name on this sheet.")
            advice = _("Remove the column, or name it one of: %(names)s.")
            names = ", ".join(one.heading for one in LAYOUT[kind])
            problems.append(Problem(sheet, words, advice % {"names": names}, None, letter, shown(heading)))
        elif column is not None and column in places.values():
            words = _("This column is there twice.")
            problems.append(Problem(sheet, words, _("Remove one of them."), None, letter, heading))
        elif column is not None:
            places[place] = column
    for column in LAYOUT[kind]:
        if column.required and column not in places.values():
            words = _("The column %(heading)s is missing.") % {"heading": column.heading}
            problems.append(Problem(sheet, words, _("Add it; the template shows how.")))
    return places, problems


def _entry(
    kind: Kind, sheet: str, number: int, row: Cells, places: dict[int, Column], letters: dict[str, str]
) -> Entry:
    given = {column.key: row[place] for place, column in places.items() if place < len(row)}
    entry = Entry(kind, sheet, number, letters, given)
    for column in places.values():
        _cell(entry, column)
    for place, cell in enumerate(row):
        if cell not in (None, "") and place not in places:
            words = _("There is something below no heading.")
            letter = get_column_letter(place + 1)
            entry.problems.append(Problem(sheet, words, _("Remove it."), number, letter, "–", shown(cell)))
    return entry


def _cell(entry: Entry, column: Column) -> None:
    cell = entry.given.get(column.key)
    try:
        if plain(cell):
            entry.values[column.key] = column.read(cell)
        elif column.required:
            entry.wrong(column.key, _("This is empty."), _("Fill it in."))
    except Wrong as error:
        entry.wrong(column.key, error.words, error.advice)
