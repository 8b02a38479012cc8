"""Applying rows: what is new, changed and the same; each check at its cell; all or nothing."""

from collections.abc import Iterator
from datetime import date

import pytest

from accounts.files import UploadedPart
from accounts.models import (
    AuditEntry,
    Customer,
    CustomerDomain,
    CustomerMembership,
    Nomination,
    Person,
    User,
)
from accounts.tenancy.scope import open_scope
from contracts.models import Contract
from onboarding.known import known_read
from onboarding.reading import files_read
from onboarding.services import Result, reading_apply
from onboarding.writing import csv_archive, rows_of, workbook_bytes
from tests.cast import Cast
from tests.onboarding.sheets import Sheets, book, new_school
from visits.models import SchoolTerm

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y7")]


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> Iterator[None]:
    with open_scope(cast.scope("cass")):
        yield


def run(sheets: Sheets, *, write: bool = True) -> Result:
    return reading_apply(reading=files_read([book(sheets)]), write=write)


def places(result: Result) -> list[str]:
    return [one.place for one in result.all_problems]


def everything() -> list[list[object]]:
    models = (Customer, CustomerDomain, Person, CustomerMembership, Contract, SchoolTerm, AuditEntry, User)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_a_school_with_everything_is_written(cast: Cast) -> None:
    result = run(new_school())
    assert result.all_problems == []
    school = Customer.objects.get(slug="ashdown")
    assert (school.name, school.trust) == ("Ashdown School", "Forest Trust")
    assert school.success_manager == cast.person("cass")
    assert list(CustomerDomain.objects.filter(customer=school).values_list("domain", flat=True)) == [
        "ashdown.sch.uk"
    ]
    roles = CustomerMembership.objects.filter(customer=school, person__email="amy@ashdown.sch.uk")
    assert {(one.role, one.is_nominated) for one in roles} == {("requester", True), ("it_lead", True)}
    contract = Contract.objects.get(customer=school)
    assert (str(contract.package), contract.visits_purchased) == ("Full Managed Service", 23)
    assert contract.ends_on == date(2027, 8, 31)
    assert SchoolTerm.objects.get(customer=school).name == "Autumn"
    line = AuditEntry.objects.get(action="customers.imported")
    assert line.actor == cast.person("cass")
    assert line.changes["People"] == [None, {"new": 2}]


@pytest.mark.rule("T4")
def test_who_may_ask_is_agreed_with_the_school(cast: Cast) -> None:
    sheets = new_school()
    sheets["Schools"][0] += ["", "", "Only people whom the school has nominated"]
    assert run(sheets).all_problems == []
    assert Customer.objects.get(slug="ashdown").nomination == Nomination.ONLY_NOMINATED
    sheets["Schools"][0][-1] = "Nobody"
    assert places(run(sheets)) == ["Schools, row 2, column J (Who may ask)"]


def test_a_preview_leaves_nothing_behind(cast: Cast) -> None:
    before = everything()
    result = run(new_school(), write=False)
    assert result.is_right
    assert result.total("new") == 6
    assert everything() == before


def test_export_and_import_again_changes_nothing(cast: Cast) -> None:
    run(new_school())
    Customer.objects.filter(slug="ashdown").update(
        address="=1+1\nSecond line",
        phone="+44 1632 960111",
        trust="'=x",
        nomination=Nomination.EVERYBODY,
    )
    before = everything()
    rows = rows_of(known_read())
    for content in (workbook_bytes(rows), csv_archive(rows)):
        reading = files_read([UploadedPart("again", "x", content)])
        result = reading_apply(reading=reading, write=False)
        assert result.all_problems == []
        assert not result.changes_anything, [entry.changes for entry in result.entries]
        assert result.total("same") == len(reading.entries) == 20
    assert everything() == before
