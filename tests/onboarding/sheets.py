"""Files for the tests, written without the code that is tested."""

import io
from typing import Any

from openpyxl import Workbook

from accounts.files import UploadedPart

SCHOOLS = [
    "Short name",
    "Name",
    "Nation",
    "Trust",
    "Telephone",
    "Address",
    "Success manager",
    "Team",
    "Active",
    "Who may ask",
]
DOMAINS = ["School", "Domain"]
PEOPLE = ["School", "E-mail", "Name", "Roles", "Telephone", "Nominated", "Active"]
CONTRACTS = [
    "School",
    "Package",
    "Edition",
    "Service hours",
    "Starts",
    "Last day",
    "Purchased visits",
    "Waiting",
    "Reference",
]
TERMS = ["School", "Term", "First day", "Last day"]
HEADINGS = {
    "Schools": SCHOOLS,
    "Mail domains": DOMAINS,
    "People": PEOPLE,
    "Contracts": CONTRACTS,
    "Term dates": TERMS,
}

Sheets = dict[str, list[list[Any]]]


def book(sheets: Sheets, name: str = "book.xlsx") -> UploadedPart:
    """A workbook whose sheets have the headings of their kind and these rows."""
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        sheet.append(HEADINGS[title])
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return UploadedPart(name, "application/octet-stream", content.getvalue())


def new_school(slug: str = "ashdown") -> Sheets:
    """A school with something on every sheet, all of it right at Alder."""
    return {
        "Schools": [
            [slug, "Ashdown School", "", "Forest Trust", "01632 960111", "1 Lane", "cass@alder.example"]
        ],
        "Mail domains": [[slug, f"{slug}.sch.uk"]],
        "People": [
            [slug, f"amy@{slug}.sch.uk", "Amy Ash", "IT lead; Requester", "01632 960112", "yes"],
            [slug, f"ben@{slug}.sch.uk", "Ben Ash"],
        ],
        "Contracts": [[slug, "Full Managed Service", "", "", "2026-09-01", "31/08/2027", 23, "", "C-1"]],
        "Term dates": [[slug, "Autumn", "2026-09-02", "2026-12-18"]],
    }
