"""Excel workbooks, read row by row with openpyxl; entities and outside references are refused by defusedxml."""

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from onboarding.cells import Formula, alike
from onboarding.layout import README_SHEET
from onboarding.problems import Unreadable
from onboarding.reading.grids import Cells, Grid, grid_of

if not DEFUSEDXML:  # without it openpyxl expands entities: a kilobyte becomes a gigabyte
    raise ImportError("openpyxl reads uploads safely only where defusedxml is installed.")

# What openpyxl raises for files that are damaged or made to hurt.
DAMAGED = (
    BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
)


def workbook_grids(name: str, content: bytes) -> list[Grid]:
    """The sheets of a workbook, without its notes for readers. Raises Unreadable."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False, rich_text=False)
        try:
            return [
                grid_of(sheet.title, _rows(sheet), from_file=False)
                for sheet in book.worksheets
                if alike(sheet.title) != alike(README_SHEET)
            ]
        finally:
            book.close()
    except Unreadable:
        raise
    except DAMAGED as error:
        raise Unreadable(
            _("%(name)s cannot be read as a workbook.") % {"name": name},
            _("Open it in your spreadsheet program and save it as an Excel workbook (.xlsx) again."),
        ) from error


def _rows(sheet: Any) -> Iterator[Cells]:
    sheet.reset_dimensions()  # what a file claims of its size is not believed
    for row in sheet.iter_rows():
        yield [Formula(str(cell.value)) if cell.data_type == "f" else cell.value for cell in row]
