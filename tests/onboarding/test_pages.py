"""The pages: upload, progress, preview, import, discard; who may; template and export; the commands."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from accounts.models import Customer, StaffRole
from accounts.permissions import STAFF_PERMISSIONS, Permission
from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from onboarding.models import Import
from tests.cast import Cast
from tests.onboarding.sheets import Sheets, book, new_school

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y7")]

START = "/alder/settings/moving-in/"
SignIn = Callable[[str], Client]


def post(client: Client, sheets: Sheets) -> str:
    part = book(sheets)
    answer = client.post(START, {"upload": SimpleUploadedFile(part.name, part.content)})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_from_upload_to_import(cast: Cast, signed_in: SignIn) -> None:
    cass = signed_in("cass")
    assert "Nothing imported yet" in text(cass, START)
    page = post(cass, new_school())
    waiting = text(cass, page)
    assert "Being checked" in waiting
    assert "Look again" in waiting
    sweep(queues=["imports"])
    preview = text(cass, page)
    assert "Nothing is written before you press Import" in preview
    assert "ashdown" in preview
    assert "amy@ashdown.sch.uk" in text(cass, f"{page}?sheet=People")
    assert cass.post(page).status_code == 302
    sweep(queues=["imports"])
    assert "Everything is imported" in text(cass, page)
    with open_scope(cast.scope("cass")):
        assert Customer.objects.filter(slug="ashdown").exists()
    assert "book.xlsx" in text(cass, START)


def test_the_polling_part_is_sent_to_the_preview_once_it_is_there(signed_in: SignIn) -> None:
    cass = signed_in("cass")
    page = post(cass, new_school())
    assert "HX-Refresh" not in cass.get(page, headers={"HX-Request": "true"}).headers
    sweep(queues=["imports"])
    assert cass.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_problems_stand_at_their_cells_and_nothing_can_be_imported(signed_in: SignIn) -> None:
    cass = signed_in("cass")
    sheets = new_school()
    sheets["Contracts"][0][4] = "12/31/2026"
    sheets["Schools"].append(["oakfield", "Oakfield <b>Academy</b>"])
    page = post(cass, sheets)
    sweep(queues=["imports"])
    preview = text(cass, page)
    assert "Contracts, row 2, column E (Starts)" in preview
    assert "12/31/2026" in preview
    assert ">Import</span></button>" not in preview
    changed = text(cass, f"{page}?sheet=Schools")
    assert "<del>Oakfield</del>" in changed
    assert "<ins>Oakfield &lt;b&gt;Academy&lt;/b&gt;</ins>" in changed
    cass.post(page)
    assert "One problem has to be put right" in text(cass, page)


def test_an_upload_can_be_discarded(cast: Cast, signed_in: SignIn) -> None:
    cass = signed_in("cass")
    page = post(cass, new_school())
    sweep(queues=["imports"])
    assert "Nothing of it has been imported" in text(cass, f"{page}discard/")
    assert cass.post(f"{page}discard/")["Location"] == START
    assert "A discarded upload" in text(cass, page)


def test_the_wrong_files_are_refused_in_words(signed_in: SignIn) -> None:
    cass = signed_in("cass")
    assert cass.post(START, {}).status_code == 422
    many = [SimpleUploadedFile(f"{number}.csv", b"x") for number in range(21)]
    answer = cass.post(START, {"upload": many})
    assert answer.status_code == 422
    assert b"up to 20 CSV files" in answer.content


@pytest.mark.rule("T3")
@pytest.mark.parametrize("missing", [Permission.MANAGE_PEOPLE, Permission.MANAGE_CONTRACTS])
def test_both_permissions_are_needed(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, missing: Permission
) -> None:
    cass = signed_in("cass")
    page = post(cass, new_school())
    role = StaffRole.SUCCESS_MANAGER
    monkeypatch.setitem(STAFF_PERMISSIONS, role, STAFF_PERMISSIONS[role] - {missing})
    for path in (START, page, f"{page}discard/", f"{START}template/", f"{START}export/"):
        assert cass.get(path).status_code == 403, path


@pytest.mark.rule("T1")
def test_another_providers_import_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    post(signed_in("cass"), new_school())
    with open_scope(cast.scope("cass")):
        key = Import.objects.get().pk
    bill = signed_in("bill")
    for path in (f"/birch/settings/moving-in/{key}/", f"/birch/settings/moving-in/{key}/discard/"):
        assert bill.get(path).status_code == 404
        assert bill.post(path).status_code == 404
    assert bill.get(START).status_code == 404
    exported = bill.get("/birch/settings/moving-in/export/").content
    assert "oakfield" not in str(_cells(exported))
    assert "riverside" in str(_cells(exported))


def _cells(content: bytes) -> list[Any]:
    return [
        [cell.value for cell in row]
        for sheet in load_workbook(io.BytesIO(content)).worksheets[1:]
        for row in sheet.iter_rows()
    ]


def test_the_template_says_what_each_column_is_for(signed_in: SignIn) -> None:
    cass = signed_in("cass")
    sheets = load_workbook(io.BytesIO(cass.get(f"{START}template/").content))
    assert sheets.sheetnames == ["Read me", "Schools", "Mail domains", "People", "Contracts", "Term dates"]
    told = [(row[0].value, row[1].value) for row in sheets["Read me"].iter_rows(min_row=8)]
    headed = [(sheet.title, cell.value) for sheet in sheets.worksheets[1:] for cell in sheet[1]]
    assert told == headed
    assert cass.get(f"{START}template/?as=csv")["Content-Disposition"].endswith('template.zip"')


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_the_commands_do_what_the_pages_do(cast: Cast, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.xlsx", tmp_path / "wrong.csv"
    right.write_bytes(book(new_school()).content)
    wrong.write_text("School;Domain\nnowhere;gmail.com\n")
    start = ("import_customers", "--provider", "alder")
    assert "A dry run: nothing is written." in run(*start, "--dry-run", str(right))
    with pytest.raises(CommandError, match="1 problems"):
        run(*start, str(right), str(wrong))
    with open_scope(cast.staff_scope()):
        assert not Customer.objects.filter(slug="ashdown").exists()
    answer = json.loads(run(*start, "--json", str(right)))
    assert (answer["written"], answer["counts"]["People"]) == (True, {"new": 2})
    assert "Nothing changes" in run(*start, str(right))
    for target in (tmp_path / "out.xlsx", tmp_path):
        run("export_customers", "--provider", "alder", "--out", str(target))
    wrong.unlink()
    for path in (tmp_path / "out.xlsx", tmp_path):
        assert "Nothing changes" in run(*start, str(path))
    for bad in (("--provider", "nobody", str(right)), ("--provider", "alder", str(tmp_path / "none.csv"))):
        with pytest.raises(CommandError):
            run("import_customers", *bad)
