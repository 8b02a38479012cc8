"""Export and template, in the form that is read: what is exported and imported again changes nothing (Rule Y7)."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from accounts.models import CustomerRole, Nomination
from accounts.models.organisations import Nation
from accounts.spreadsheets import BYTE_ORDER_MARK
from contracts.models import Package, PausePolicy
from onboarding.cells import alike, folded, labelled
from onboarding.known import Known
from onboarding.layout import DAYS, LAYOUT, README_SHEET, Kind
from onboarding.reading.csv_files import guarded

Row = Mapping[str, Any]
Rows = Mapping[Kind, Iterable[Row]]

ROLES = {role.value: role.label for role in CustomerRole}
TEXT, DAY = "@", "yyyy-mm-dd"
WIDE = {"address", "name", "pause_policy", "email", "domain"}


def rows_of(known: Known) -> dict[Kind, list[Row]]:
    """What there is, as rows of the sheets."""
    schools = sorted(known.schools.values(), key=lambda one: one.slug)
    slugs = {school.pk: school.slug for school in schools}
    return {
        Kind.SCHOOLS: [
            {
                "slug": one.slug,
                "name": one.name,
                "nation": str(Nation(one.nation).label),
                "trust": one.trust,
                "phone": one.phone,
                "address": one.address,
                "success_manager": one.success_manager.email if one.success_manager else "",
                "team": one.team.name if one.team else "",
                "nomination": str(Nomination(one.nomination).label),
                "is_active": _yes_no(one.is_active),
            }
            for one in schools
        ],
        Kind.DOMAINS: [
            {"school": one.slug, "domain": domain}
            for one in schools
            for domain in sorted(known.domains.get(one.pk, ()))
        ],
        Kind.PEOPLE: list(_people(known, slugs)),
        Kind.CONTRACTS: [
            {
                "school": slugs[customer],
                "package": _package_words(one.package, known.packages),
                "edition": one.package.version.label,
                "calendar": one.calendar.name,
                "starts_on": starts_on,
                "ends_on": one.ends_on,
                "visits_purchased": one.visits_purchased,
                "pause_policy": str(PausePolicy(one.pause_policy).label),
                "reference": one.reference,
            }
            for (customer, starts_on), one in sorted(
                known.contracts.items(), key=lambda pair: (slugs[pair[0][0]], pair[0][1])
            )
        ],
        Kind.TERMS: [
            {"school": slugs[customer], "name": one.name, "first_day": first_day, "last_day": one.last_day}
            for (customer, first_day), one in sorted(
                known.terms.items(), key=lambda pair: (slugs[pair[0][0]], pair[0][1])
            )
        ],
    }


def _people(known: Known, slugs: dict[int, str]) -> Iterator[Row]:
    people = {person.pk: person for person in known.people.values()}
    found = [(slugs[customer], people[person], one) for (customer, person), one in known.belongings.items()]
    for slug, person, belonging in sorted(found, key=lambda one: (one[0], one[1].email)):
        yield {
            "school": slug,
            "email": person.email,
            "name": person.name,
            "roles": labelled(belonging.roles, ROLES),
            "phone": person.phone,
            "is_nominated": _yes_no(belonging.is_nominated),
            "is_active": _yes_no(person.is_active),
        }


def _package_words(package: Package, packages: list[Package]) -> str:
    """A package's name; its key where another of the edition has the same name."""
    alone = sum(
        one.version_id == package.version_id and alike(one.name) == alike(package.name) for one in packages
    )
    return package.name if alone == 1 else package.key


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def workbook_bytes(rows: Rows) -> bytes:
    """An Excel workbook: a sheet for readers, then one of each kind with a line of headings."""
    book = Workbook(write_only=True)
    _readme(book.create_sheet(README_SHEET))
    for kind, columns in LAYOUT.items():
        sheet = book.create_sheet(kind)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, start=1):
            letter = get_column_letter(place)
            sheet.column_dimensions[letter].width = 34 if column.key in WIDE else 20
            # As text, a telephone number keeps its nought and nothing that is typed becomes a formula.
            sheet.column_dimensions[letter].number_format = DAY if column.key in DAYS else TEXT
        sheet.append([_cell(sheet, column.heading, bold=True) for column in columns])
        for row in rows.get(kind, ()):
            sheet.append([_cell(sheet, row[column.key]) for column in columns])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, datetime.combine(value, time()))
        cell.number_format = DAY
        return cell
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    words = folded(value or "")
    cell = WriteOnlyCell(sheet, words or None)
    if words:
        cell.data_type = "s"  # text, also where it looks like a formula
    cell.number_format = TEXT
    if bold:
        cell.font = Font(bold=True)
    if "\n" in words:
        cell.alignment = Alignment(wrap_text=True)
    return cell


def _readme(sheet: Any) -> None:
    for letter, width in zip("ABCDE", (16, 18, 10, 70, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    for words in (
        _("Fill in the sheets and upload this workbook under Settings, Moving in."),
        _("Nothing is written before you have seen a preview and pressed Import; then all of it or nothing."),
        _("Rows that are known already are changed. An empty cell leaves what there is. Nothing is deleted."),
        _("Days: real dates, 2026-09-01 or 01/09/2026 (day first). No formulas: paste values."),
        _("You may remove sheets and columns that you do not need, but not the needed columns of a sheet."),
    ):
        sheet.append([_cell(sheet, words)])
    sheet.append([])
    headings = (_("Sheet"), _("Column"), _("Needed"), _("What it is for"), _("Example"))
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for kind, columns in LAYOUT.items():
        for column in columns:
            needed = _yes_no(column.required)
            line = (str(kind), column.heading, needed, str(column.about), column.example)
            sheet.append([_cell(sheet, words) for words in line])


def csv_files(rows: Rows) -> dict[str, bytes]:
    """One CSV file of each kind, by name."""
    return {f"{kind.lower().replace(' ', '-')}.csv": _csv(kind, rows.get(kind, ())) for kind in Kind}


def _csv(kind: Kind, rows: Iterable[Row]) -> bytes:
    written = io.StringIO()
    written.write(BYTE_ORDER_MARK)
    sheet = csv.writer(written)
    sheet.writerow([column.heading for column in LAYOUT[kind]])
    for row in rows:
        sheet.writerow([_csv_cell(row[column.key]) for column in LAYOUT[kind]])
    return written.getvalue().encode()


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else guarded(folded(str(value)))


def csv_archive(rows: Rows) -> bytes:
    """The CSV files in one archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in csv_files(rows).items():
            archive.writestr(name, content)
    return written.getvalue()
