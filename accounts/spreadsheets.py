"""Files that spreadsheets open."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A file with a line of headings. Text is made `harmless`, None is an empty cell; numbers stay numbers."""
    written = StringIO()
    written.write(BYTE_ORDER_MARK)
    sheet = csv.writer(written)
    sheet.writerow(heads)
    sheet.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return written.getvalue()


def harmless(cell: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(RUNS_AS_FORMULA) else cell
