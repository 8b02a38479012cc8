"""Each check, at its cell."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from contracts.models import Package
from onboarding.reading import files_read
from onboarding.services import Result, reading_apply
from tests.cast import Cast
from tests.onboarding.sheets import HEADINGS, Sheets, book, new_school

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y7")]


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> Iterator[None]:
    with open_scope(cast.scope("cass")):
        yield


def check(sheets: Sheets) -> Result:
    return reading_apply(reading=files_read([book(sheets)]), write=False)


def with_cell(sheet: str, heading: str, value: Any, number: int = 0) -> Sheets:
    """A school with everything right but for one cell."""
    sheets = new_school()
    row = sheets[sheet][number]
    place = HEADINGS[sheet].index(heading)
    row += [None] * (place + 1 - len(row))
    row[place] = value
    return sheets


WRONG_CELLS = [
    ("Schools", "Short name", "ash down", "short name"),
    ("Schools", "Short name", None, "empty"),
    ("Schools", "Name", "", "empty"),
    ("Schools", "Name", "=A1", "formula"),
    ("Schools", "Name", "x" * 161, "longer than 160"),
    ("Schools", "Nation", "France", "not one of the choices"),
    ("Schools", "Success manager", "tess@alder.example", "customer success manager"),
    ("Schools", "Success manager", "bill@birch.example", "customer success manager"),
    ("Schools", "Team", "Round the clock", "no team"),
    ("Schools", "Active", "perhaps", "neither yes nor no"),
    ("Mail domains", "School", "nowhere", "no school"),
    ("Mail domains", "School", "riverside", "no school"),
    ("Mail domains", "Domain", "not a domain", "no mail domain"),
    ("Mail domains", "Domain", "gmail.com", "private persons"),
    ("People", "School", "nowhere", "no school"),
    ("People", "E-mail", "amy", "no e-mail"),
    ("People", "E-mail", "tess@alder.example", "your own staff"),
    ("People", "Roles", "IT lead; Headteacher", "Headteacher"),
    ("People", "Nominated", "x", "neither yes nor no"),
    ("Contracts", "School", "nowhere", "no school"),
    ("Contracts", "Package", "Platinum", "no package"),
    ("Contracts", "Edition", "v9", "not in an edition"),
    ("Contracts", "Service hours", "Never", "no service hours"),
    ("Contracts", "Starts", "12/31/2026", "no such day"),
    ("Contracts", "Starts", "1 September", "no date"),
    ("Contracts", "Starts", 46266, "no date"),
    ("Contracts", "Starts", "0202-09-01", "year"),
    ("Contracts", "Last day", datetime(2027, 8, 31, 12), "time of day"),  # noqa: DTZ001
    ("Contracts", "Last day", "2026-08-31", "before the first"),
    ("Contracts", "Purchased visits", -1, "no number of visits"),
    ("Contracts", "Purchased visits", "twelve", "no number of visits"),
    ("Contracts", "Waiting", "sometimes", "not one of the choices"),
    ("Contracts", "Reference", "r" * 41, "longer than 40"),
    ("Term dates", "Term", "  ", "empty"),
    ("Term dates", "First day", "2026-02-30", "no such day"),
    ("Term dates", "Last day", "2026-09-01", "ends before"),
    ("Term dates", "Last day", "2028-12-18", "longer than half a year"),
]


@pytest.mark.parametrize(("sheet", "heading", "value", "words"), WRONG_CELLS)
def test_what_is_wrong_is_told_at_its_cell(sheet: str, heading: str, value: Any, words: str) -> None:
    result = check(with_cell(sheet, heading, value))
    # A wrong short name leaves the rows that name the school without one, which is told as well.
    problem = result.all_problems[0]
    letter = "ABCDEFGHI"[HEADINGS[sheet].index(heading)]
    assert (problem.sheet, problem.row, problem.column, problem.heading) == (sheet, 2, letter, heading)
    assert words in problem.wrong
    if heading != "Short name":
        assert len(result.all_problems) == 1
    if isinstance(value, str) and value.strip() and len(value) < 80:
        assert problem.value == value


def test_visits_without_scheduled_visits_are_refused() -> None:
    Package.objects.filter(name="Cloud Support").update(visit_window="")
    sheets = with_cell("Contracts", "Package", "Cloud Support")
    [problem] = check(sheets).all_problems
    assert (problem.place, problem.value) == ("Contracts, row 2, column G (Purchased visits)", "23")
    assert "no scheduled visits" in problem.wrong


@pytest.mark.parametrize(
    ("sheet", "row", "place"),
    [
        ("Schools", ["ashdown", "Again"], "Schools, row 3, column A (Short name)"),
        ("Mail domains", ["ashdown", "ASHDOWN.sch.uk"], "Mail domains, row 3, column B (Domain)"),
        ("People", ["ashdown", "Amy@ashdown.sch.uk", "Amy Ash"], "People, row 4, column B (E-mail)"),
        ("People", ["oakfield", "ben@ashdown.sch.uk", "Bert"], "People, row 4, column C (Name)"),
        (
            "Contracts",
            ["ashdown", "Cloud Support", "", "", "2026-09-01"],
            "Contracts, row 3, column E (Starts)",
        ),
        (
            "Contracts",
            ["ashdown", "Cloud Support", "", "", "2027-08-31"],
            "Contracts, row 3, column E (Starts)",
        ),
        (
            "Contracts",
            ["oakfield", "Cloud Support", "", "", "2026-09-01"],
            "Contracts, row 3, column E (Starts)",
        ),
        (
            "Term dates",
            ["ashdown", "Other", "2026-12-18", "2026-12-20"],
            "Term dates, row 3, column C (First day)",
        ),
    ],
)
def test_what_stands_twice_or_overlaps_is_told_at_its_cell(sheet: str, row: list[Any], place: str) -> None:
    sheets = new_school()
    sheets[sheet].append(row)
    assert [one.place for one in check(sheets).all_problems] == [place]


def test_rows_of_a_school_with_a_problem_are_not_judged() -> None:
    result = check(with_cell("Schools", "Team", "Nobody"))
    assert len(result.all_problems) == 1
    assert (result.total("wrong"), result.total("held")) == (1, 5)


def test_a_row_with_several_mistakes_names_them_all() -> None:
    sheets = new_school()
    sheets["People"][0] = ["", "amy", "", "boss"]
    found = [(one.row, one.column) for one in check(sheets).all_problems]
    assert found == [(2, "A"), (2, "B"), (2, "C"), (2, "D")]


@pytest.mark.rule("T1")
def test_another_providers_person_is_no_obstacle_and_stays_as_it_is(cast: Cast) -> None:
    """Rose belongs to Birch. Alder may know somebody with her address, and learns nothing of her."""
    sheets = with_cell("People", "E-mail", "rose@riverside.example")
    result = reading_apply(reading=files_read([book(sheets)]), write=True)
    assert result.is_right
    assert Person.objects.get(email="rose@riverside.example").name == "Amy Ash"
    with open_scope(cast.staff_scope("birch")):
        assert Person.objects.get(email="rose@riverside.example").name == "Rose"
