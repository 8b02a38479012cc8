"""A large provider moves in: 500 schools, 5,000 people, 500 contracts; a twentieth of it where time is short."""

import os
import resource
import time

import pytest

from accounts.files import UploadedPart
from accounts.models import Customer, Person
from accounts.tenancy.scope import open_scope
from onboarding.known import known_read
from onboarding.reading import files_read
from onboarding.services import reading_apply
from onboarding.writing import rows_of, workbook_bytes
from tests.cast import Cast
from tests.onboarding.sheets import Sheets, book

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y7")]

SCHOOLS = 500 if os.environ.get("SOAK") else 25


def _provider(schools: int) -> Sheets:
    names = [f"school-{number}" for number in range(schools)]
    return {
        "Schools": [[name, f"School {name}"] for name in names],
        "Mail domains": [[name, f"{name}.example"] for name in names],
        "People": [[name, f"p{one}@{name}.example", f"Person {one}"] for name in names for one in range(10)],
        "Contracts": [[name, "Scheduled Support", "", "", "2026-09-01", "", 23] for name in names],
        "Term dates": [[name, "Autumn", "2026-09-02", "2026-12-18"] for name in names],
    }


def test_a_large_provider_moves_in_and_nothing_changes_the_second_time(cast: Cast) -> None:
    began = time.monotonic()
    with open_scope(cast.scope("cass")):
        assert reading_apply(reading=files_read([book(_provider(SCHOOLS))]), write=True).is_right
        wrote = time.monotonic()
        assert Customer.objects.filter(slug__startswith="school-").count() == SCHOOLS
        assert Person.objects.filter(email__contains="@school-").count() == SCHOOLS * 10
        part = UploadedPart("again.xlsx", "", workbook_bytes(rows_of(known_read())))
        exported = time.monotonic()
        again = reading_apply(reading=files_read([part]), write=True)
        assert again.is_right
        assert not again.changes_anything
    seconds = (wrote - began, exported - wrote, time.monotonic() - exported)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"written in {seconds[0]:.1f} s, exported in {seconds[1]:.1f} s, unchanged in {seconds[2]:.1f} s, {peak} MB"
    )
