"""CSV files as spreadsheet programs write them: UTF-8, UTF-16 or Windows-1252; commas, semicolons or tabs."""

import codecs
import csv
import io
import re

from django.utils.translation import gettext as _

from onboarding.cells import Formula
from onboarding.problems import Unreadable
from onboarding.reading.grids import Cells, Grid, grid_of

# A cell that a spreadsheet would run. Our own export puts one apostrophe in front, and reading takes one off.
RUNS = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")


def guarded(cell: str) -> str:
    """The text as no spreadsheet runs it."""
    return f"'{cell}" if RUNS.match(cell) else cell


def unguarded(cell: str) -> str | Formula:
    """The text that was guarded. What begins like a formula is one."""
    if cell.startswith("'") and RUNS.match(cell[1:]):
        return cell[1:]
    return Formula(cell) if cell.lstrip().startswith(("=", "＝")) else cell


def csv_grid(name: str, content: bytes) -> Grid:
    """The rows of a CSV file. Raises Unreadable."""
    text = _decoded(name, content)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        rows: list[Cells] = [[unguarded(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise Unreadable(
            _("%(name)s is no proper CSV file: a quotation mark is out of place.") % {"name": name},
            _("Save it as CSV from your spreadsheet program again."),
        ) from error
    return grid_of(name, rows, from_file=True)


def _decoded(name: str, content: bytes) -> str:
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(
        _("%(name)s is neither an Excel workbook (.xlsx) nor a CSV file.") % {"name": name},
        _("Save it as one of these from your spreadsheet program."),
    )


def _delimiter(text: str) -> str:
    """What stands most often between the headings."""
    headings = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(",;\t", key=headings.count)
