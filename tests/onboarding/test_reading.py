"""Files of every dialect, and files made to hurt."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from accounts.files import UploadedPart
from onboarding import limits
from onboarding.cells import Formula, day
from onboarding.layout import LAYOUT, Kind
from onboarding.problems import Wrong
from onboarding.reading import Reading, files_read
from onboarding.reading.csv_files import RUNS, guarded, unguarded
from onboarding.writing import csv_files, workbook_bytes
from tests.onboarding.sheets import book, new_school

pytestmark = pytest.mark.rule("Y7")

PEOPLE = 'School,E-mail,Name\r\noak,zoë@oak.example,"Green, Zoë"\r\n\r\noak,ann@oak.example,Ann\r\n'


def read(content: bytes, name: str = "people.csv") -> Reading:
    return files_read([UploadedPart(name, "x", content)])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_of_every_spreadsheet_program(delimiter: str, encoding: str) -> None:
    text = PEOPLE.replace("Green, Zoë", "Green # Zoë").replace(",", delimiter).replace(" #", ",")
    reading = read(text.encode(encoding))
    assert reading.problems == []
    assert [entry.values["name"] for entry in reading.entries] == ["Green, Zoë", "Ann"]
    assert [entry.number for entry in reading.entries] == [2, 4]
    assert reading.entries[0].kind is Kind.PEOPLE


def test_a_file_of_each_kind_at_once_and_as_an_archive() -> None:
    empty = csv_files({})
    parts = [UploadedPart(name, "text/csv", content) for name, content in empty.items()]
    assert len(parts) == 5
    assert "no row below the headings" in files_read(parts).problems[0].wrong
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("folder/people.csv", PEOPLE)
        archive.writestr("__MACOSX/._people.csv", b"\x00")
    assert len(read(packed.getvalue(), "all.zip").entries) == 2


def test_headings_may_stand_in_any_order_and_case() -> None:
    reading = read(b"NAME,  e-mail ,school\nAnn,ann@oak.example,oak\n")
    assert reading.entries[0].values == {"name": "Ann", "email": "ann@oak.example", "school": "oak"}
    assert reading.entries[0].letters == {"name": "A", "email": "B", "school": "C"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("School,E-mail,Name,Shoe size\n", "people.csv, column D (Shoe size)", "no column of this name"),
        ("School,E-mail,Name,name\n", "people.csv, column D (name)", "twice"),
        ("Colour,Taste\nred,sweet\n", "people.csv", "cannot be told"),
        ('School,E-mail,Name\noak,"a"b,c\n', "people.csv", "quotation mark"),
        ("School,E-mail,Name\n" + "x," * 50 + "x\n", "people.csv", "columns"),
        ("\0\1\2", "people.csv", "neither an Excel workbook"),
        ("", "All sheets", "no row"),
    ],
)
def test_files_that_are_no_table_are_told_in_words(text: str, place: str, words: str) -> None:
    [problem] = read(text.encode()).problems
    assert problem.place == place
    assert words in problem.wrong


def test_a_cell_below_no_heading_is_told() -> None:
    [entry] = read(b"School,E-mail,Name\noak,ann@oak.example,Ann,stray\n").entries
    assert [(one.column, one.value) for one in entry.problems] == [("D", "stray")]


def test_a_sheet_without_a_column_that_it_needs_is_told() -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "People"
    sheet.append(["School", "Name"])
    content = io.BytesIO()
    made.save(content)
    [problem] = read(content.getvalue(), "b.xlsx").problems
    assert (problem.sheet, problem.wrong) == ("People", "The column E-mail is missing.")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (date(2026, 9, 1), date(2026, 9, 1)),
        (datetime(2026, 9, 1), date(2026, 9, 1)),  # noqa: DTZ001 - as openpyxl gives it
        ("2026-09-01", date(2026, 9, 1)),
        ("1/9/2026", date(2026, 9, 1)),
        (" 01.09.2026 ", date(2026, 9, 1)),
    ],
)
def test_days_are_read_day_first(cell: object, expected: date) -> None:
    assert day(cell) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_day_is_never_read_month_first(one: date) -> None:
    assert day(f"{one:%d/%m/%Y}") == day(f"{one:%Y-%m-%d}") == one
    if one.day > 12:
        with pytest.raises(Wrong):
            day(f"{one:%m/%d/%Y}")


@given(st.text())
def test_what_is_guarded_against_formulas_comes_back(text: str) -> None:
    safe = guarded(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@"))
    assert unguarded(safe) == text


def test_text_that_looks_like_a_formula_is_exported_as_text() -> None:
    row = dict.fromkeys((column.key for column in LAYOUT[Kind.SCHOOLS]), "")
    rows = {Kind.SCHOOLS: [{**row, "slug": "oak", "name": "=HYPERLINK(1)", "phone": "+44 1"}]}
    sheet = load_workbook(io.BytesIO(workbook_bytes(rows)))["Schools"]
    assert [(cell.value, cell.data_type) for cell in sheet["B"]][1] == ("=HYPERLINK(1)", "s")
    text = csv_files(rows)["schools.csv"].decode()
    assert "'=HYPERLINK(1)" in text
    assert RUNS.match("=1")


def test_formulas_of_an_upload_are_refused() -> None:
    made = book({"People": [["oak", "a@oak.example", "=1+1"]]})
    [entry] = files_read([made]).entries
    assert [(one.heading, one.wrong) for one in entry.problems] == [("Name", "This is a formula.")]
    assert isinstance(unguarded("=1+1"), Formula)


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def _with_part(name: str, change: bytes) -> bytes:
    """A right workbook of which one part is another."""
    old, new = io.BytesIO(book(new_school()).content), io.BytesIO()
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            target.writestr(one.filename, change if one.filename == name else source.read(one))
    return new.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_with_part("xl/workbook.xml", (BOMB + "<workbook>&b;</workbook>").encode()), "cannot be read"),
        (_with_part("xl/worksheets/sheet1.xml", (BOMB + "<w>&b;</w>").encode()), "cannot be read"),
        (_with_part("xl/worksheets/sheet1.xml", b"<broken"), "cannot be read"),
        (_with_part("xl/theme/theme1.xml", b"0" * (limits.MOST_UNPACKED + 1)), "too large"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (book(new_school()).content[:-300], "damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
    ],
)
def test_hostile_and_damaged_files_are_refused_in_words(content: bytes, words: str) -> None:
    [problem] = read(content, "bad.xlsx").problems
    assert words in problem.wrong
    assert problem.advice


def test_an_archive_of_other_things_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.exe", b"MZ")
    [problem] = read(packed.getvalue(), "x.zip").problems
    assert "evil.exe, which is no CSV file" in problem.wrong


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onboarding.reading.grids.MOST_ROWS", 3)
    text = "School,Domain\n" + "".join(f"oak,d{number}.example\n" for number in range(5))
    [problem] = read(text.encode()).problems
    assert "more than 3 rows" in problem.wrong
