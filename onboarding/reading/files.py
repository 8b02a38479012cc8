"""Uploaded files: workbooks, CSV files, and archives of CSV files. Nothing is unpacked before its size is known."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from accounts.files import UploadedPart, safe_name
from onboarding.limits import MOST_FILES, MOST_PARTS, MOST_ROWS, MOST_UNPACKED
from onboarding.problems import Problem, Unreadable
from onboarding.reading.csv_files import csv_grid
from onboarding.reading.entries import Reading, grid_read
from onboarding.reading.grids import Grid
from onboarding.reading.workbooks import workbook_grids

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def files_read(parts: Sequence[UploadedPart]) -> Reading:
    """Everything in the files, with what is wrong at each cell. Never raises for what a file holds."""
    reading = Reading()
    for part in parts:
        name = safe_name(part.name)
        try:
            for grid in _grids(name, part.content):
                grid_read(grid, reading)
        except Unreadable as error:
            reading.problems.append(Problem(name, error.words, error.advice))
    if len(reading.entries) > MOST_ROWS:
        words = _("There are more than %(most)d rows.") % {"most": MOST_ROWS}
        reading.entries.clear()
        reading.problems.append(
            Problem(_("All sheets"), words, _("Split them and import one part after the other."))
        )
    elif not reading.entries and not reading.problems:
        reading.problems.append(
            Problem(_("All sheets"), _("There is no row below the headings."), _("Fill in the template."))
        )
    return reading


def _grids(name: str, content: bytes) -> Iterator[Grid]:
    if content.startswith(OLD_EXCEL):
        raise Unreadable(
            _("%(name)s is an old Excel workbook (.xls) or protected by a password.") % {"name": name},
            _("Save it as an Excel workbook (.xlsx) without a password."),
        )
    if not content.startswith(ZIP):
        yield csv_grid(name, content)
        return
    with _archive(name, content) as archive:
        if "xl/workbook.xml" in archive.namelist() or "[Content_Types].xml" in archive.namelist():
            yield from workbook_grids(name, content)
        else:
            yield from _archived(name, archive)


def _archive(name: str, content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(
            _("%(name)s is damaged.") % {"name": name}, _("Save it again and upload it anew.")
        ) from error
    parts = archive.infolist()
    # zipfile reads no more of a part than it declares, so what is declared can be trusted as a limit.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(
            _("%(name)s is too large when it is unpacked.") % {"name": name},
            _("Leave out pictures and sheets that do not belong to the import, or split it."),
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise Unreadable(
            _("%(name)s is protected by a password.") % {"name": name}, _("Save it without a password.")
        )
    return archive


def _archived(name: str, archive: zipfile.ZipFile) -> Iterator[Grid]:
    inside = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one.filename)]
    if len(inside) > MOST_FILES:
        raise Unreadable(
            _("%(name)s holds more than %(most)d files.") % {"name": name, "most": MOST_FILES},
            _("Leave out what does not belong to the import."),
        )
    for one in inside:
        inner = safe_name(one.filename)
        if PurePosixPath(inner).suffix.lower() != ".csv":
            raise Unreadable(
                _("%(name)s holds %(inner)s, which is no CSV file.") % {"name": name, "inner": inner},
                _("Put CSV files alone into the archive; upload a workbook by itself."),
            )
        try:
            content = archive.read(one)
        except (
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            raise Unreadable(
                _("%(name)s is damaged.") % {"name": name}, _("Save it again and upload it anew.")
            ) from error
        yield csv_grid(inner, content)


def _is_litter(path: str) -> bool:
    """What file managers put into archives of their own accord."""
    parts = PurePosixPath(path).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")
