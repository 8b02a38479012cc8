"""An import from upload to end: the worker's part, killed and tried again, discarded, thirty days old."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, Customer, Person, User
from accounts.tenancy.scope import open_scope
from delivery.sweeper import sweep
from onboarding.models import Import, ImportFile, ImportRow, ImportState
from onboarding.services import import_discard, import_start, import_upload, running
from tests.cast import Cast
from tests.onboarding.sheets import Sheets, book, new_school

pytestmark = [pytest.mark.django_db, pytest.mark.rule("Y7")]


def upload(cast: Cast, sheets: Sheets | None = None) -> Import:
    with open_scope(cast.scope("cass")):
        return import_upload(parts=[book(sheets or new_school())])


def turn(days: float = 0) -> None:
    sweep(queues=["imports"], now=timezone.now() + timedelta(days=days))


def fresh(cast: Cast, row: Import) -> Import:
    with open_scope(cast.scope("cass")):
        return Import.objects.get(pk=row.pk)


def start(cast: Cast, row: Import) -> None:
    with open_scope(cast.scope("cass")):
        import_start(row=row)


def schools(cast: Cast) -> set[str]:
    with open_scope(cast.scope("cass")):
        return set(Customer.objects.values_list("slug", flat=True))


def test_checked_then_imported_in_the_name_of_who_pressed_the_button(cast: Cast) -> None:
    row = upload(cast)
    assert row.is_working
    turn()
    checked = fresh(cast, row)
    assert (checked.state, checked.problem_count) == (ImportState.CHECKED, 0)
    assert (checked.total("new"), checked.progress) == (6, (6, 6))
    assert "ashdown" not in schools(cast)
    start(cast, checked)
    turn()
    done = fresh(cast, row)
    assert (done.state, done.problem_count) == (ImportState.DONE, 0)
    assert "ashdown" in schools(cast)
    with open_scope(cast.scope("cass")):
        school = Customer.objects.get(slug="ashdown")
        assert AuditEntry.objects.get(action="customer.created", customer=school).actor == cast.person("cass")
        assert ImportRow.objects.filter(of=done, outcome="new").count() == 6
    turn(1)
    assert lines_of(cast, "customers.imported") == 1


def lines_of(cast: Cast, action: str) -> int:
    with open_scope(cast.scope("cass")):
        return AuditEntry.objects.filter(action=action).count()


def test_what_has_gone_wrong_since_the_preview_stops_the_import(cast: Cast) -> None:
    row = upload(cast)
    turn()
    with open_scope(cast.scope("ada")):
        Person.objects.filter(email="cass@alder.example").update(is_active=False)
    start(cast, row)
    turn()
    again = fresh(cast, row)
    assert (again.state, again.problem_count) == (ImportState.CHECKED, 1)
    assert "ashdown" not in schools(cast)


@pytest.mark.parametrize("at", ["schools_apply", "people_apply", "contracts_apply", "terms_apply", "_record"])
def test_a_failure_at_any_moment_leaves_nothing_and_is_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    row = upload(cast)
    turn()
    start(cast, row)
    original = getattr(running, at)

    def breaks(*args: Any) -> Any:
        for one in original(*args) or ():
            yield one
            raise RuntimeError("the worker is gone")

    def breaks_at_the_end(*args: Any) -> None:
        original(*args)
        raise RuntimeError("the worker is gone")

    with monkeypatch.context() as patch:
        patch.setattr(running, at, breaks_at_the_end if at == "_record" else breaks)
        turn()
    broken = fresh(cast, row)
    assert (broken.state, broken.failures) == (ImportState.IMPORTING, 1)
    assert "ashdown" not in schools(cast)
    assert not User.objects.filter(email__endswith="ashdown.sch.uk").exists()
    turn(0.1)
    assert fresh(cast, row).state == ImportState.DONE
    with open_scope(cast.scope("cass")):
        assert Person.objects.filter(email__endswith="ashdown.sch.uk").count() == 2


def test_an_import_that_fails_for_good_can_be_discarded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**kwargs: Any) -> None:
        raise RuntimeError

    row = upload(cast)
    monkeypatch.setattr("onboarding.services.imports.reading_apply", breaks)
    for days in (0, 1, 2):
        turn(days)
    dead = fresh(cast, row)
    assert dead.dead_at is not None
    assert not dead.is_working
    with open_scope(cast.scope("cass")):
        import_discard(row=dead)
        assert not ImportFile.objects.exists()


@pytest.mark.rule("T7")
def test_the_files_of_one_that_failed_for_good_go_after_thirty_days(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def breaks(**kwargs: Any) -> None:
        raise RuntimeError

    row = upload(cast)
    with open_scope(cast.scope("cass")):
        path = str(ImportFile.objects.get(of=row).file.name)
    monkeypatch.setattr("onboarding.services.imports.reading_apply", breaks)
    for days in (0, 1, 2):
        turn(days)
    turn(31)
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        turn(33)
    assert not default_storage.exists(path)
    old = fresh(cast, row)
    assert (old.state, old.wake_at, old.dead_at) == (ImportState.DISCARDED, None, None)


def test_only_what_is_right_and_changes_something_can_be_started(cast: Cast) -> None:
    wrong = new_school()
    wrong["Schools"][0].append("No such team")
    row = upload(cast, wrong)
    with pytest.raises(ValidationError, match="not waiting"):
        start(cast, row)
    turn()
    with pytest.raises(ValidationError, match="problems right"):
        start(cast, row)
    known = upload(cast, {"Schools": [["oakfield", "Oakfield"]]})
    turn()
    assert fresh(cast, known).total("same") == 1
    with pytest.raises(ValidationError, match="nothing to import"):
        start(cast, known)


def test_files_go_when_it_is_discarded(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    row = upload(cast)
    with open_scope(cast.scope("cass")):
        path = str(ImportFile.objects.get(of=row).file.name)
    assert default_storage.exists(path)
    turn()
    with django_capture_on_commit_callbacks(execute=True), open_scope(cast.scope("cass")):
        import_discard(row=fresh(cast, row))
        assert not ImportRow.objects.exists()
        assert not ImportFile.objects.exists()
    assert not default_storage.exists(path)
    assert fresh(cast, row).state == ImportState.DISCARDED


@pytest.mark.parametrize("imported", [False, True])
def test_files_go_after_thirty_days(
    cast: Cast, django_capture_on_commit_callbacks: Any, imported: bool
) -> None:
    row = upload(cast)
    turn()
    if imported:
        start(cast, row)
        turn()
    with open_scope(cast.scope("cass")):
        path = str(ImportFile.objects.get(of=row).file.name)
    turn(29)
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        turn(31)
    assert not default_storage.exists(path)
    old = fresh(cast, row)
    assert old.state == (ImportState.DONE if imported else ImportState.DISCARDED)
    assert old.wake_at is None


def test_a_thousand_rows_that_are_known_cost_no_query_each(cast: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    from onboarding.reading import files_read
    from onboarding.services import reading_apply

    def cost(number: int) -> int:
        sheets: Sheets = {
            "Schools": [["ash", "Ash"]],
            "People": [["ash", f"p{one}@ash.example", f"P {one}"] for one in range(number)],
        }
        with open_scope(cast.scope("cass")):
            assert reading_apply(reading=files_read([book(sheets)]), write=True).is_right
            with CaptureQueriesContext(connection) as captured:
                reading_apply(reading=files_read([book(sheets)]), write=False)
        return len(captured)

    assert cost(3) == cost(40)
