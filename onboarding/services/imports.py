"""An import from upload to end. The worker's part is a due row: killing it leaves nothing half done (S14, Y7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.files import UploadedPart, file_store, parts_check
from accounts.services import audit_record
from accounts.tenancy.scope import Scope, current_provider_id, current_scope, open_scope
from delivery.due import Moment
from delivery.hints import hint
from onboarding.limits import MOST_FILES
from onboarding.models import Import, ImportFile, ImportRow, ImportState
from onboarding.problems import shown
from onboarding.reading import files_read
from onboarding.services.base import Outcome
from onboarding.services.running import Result, reading_apply

QUEUE = "imports"
KEPT_FOR = timedelta(days=30)
PROGRESS_SECONDS = 3600
RANKS = {Outcome.WRONG: 0, Outcome.CHANGED: 1, Outcome.NEW: 2, Outcome.HELD: 3, Outcome.SAME: 4}


@transaction.atomic
def import_upload(*, parts: Sequence[UploadedPart]) -> Import:
    """Keep the files and ask the worker to check them. Raises ValidationError by field: upload."""
    if not parts or len(parts) > MOST_FILES:
        words = _("Choose one workbook, or up to %(most)d CSV files.") % {"most": MOST_FILES}
        raise ValidationError({"upload": words})
    parts_check(parts)
    row = Import.objects.create(by_id=current_scope().person_id, wake_at=timezone.now())
    for part in parts:
        file_store(ImportFile(of=row), part)
    audit_record(action="import.uploaded", target=row, reason=_names(row))
    hint(QUEUE, row)
    return row


@transaction.atomic
def import_start(*, row: Import) -> Import:
    """Ask the worker to write what the preview showed. Raises ValidationError where it cannot be written."""
    row = _free(row)
    if row.state != ImportState.CHECKED:
        raise ValidationError(_("This import is not waiting for you. Look at it again."))
    if row.problem_count:
        raise ValidationError(_("Put the problems right in your file and upload it again."))
    if not row.changes_anything:
        raise ValidationError(_("There is nothing to import: everything is known already."))
    row.state, row.wake_at = ImportState.IMPORTING, timezone.now()
    row.save()
    cache.delete(row.progress_key)
    audit_record(action="import.started", target=row)
    hint(QUEUE, row)
    return row


@transaction.atomic
def import_discard(*, row: Import) -> None:
    """Remove the files of an upload that was not imported. Raises ValidationError while it is worked on."""
    row = _free(row)
    if row.state == ImportState.DONE or (row.state == ImportState.IMPORTING and row.dead_at is None):
        raise ValidationError(_("This import cannot be discarded any more."))
    row.state = ImportState.DISCARDED
    row.wake_at = row.dead_at = None
    _clear(row)
    audit_record(action="import.discarded", target=row)


def import_turn(row: Import, moment: Moment) -> None:
    """The sweeper's work on an import: check it, write it, or remove the files of one that is thirty days old.

    Also of one that was given up (Rule T7): its files hold people's names and addresses.
    """
    with open_scope(Scope(provider_id=current_provider_id(), person_id=row.by_id)):
        if row.is_working:
            _run(row, moment.now)
        else:
            if row.state != ImportState.DONE:
                row.state = ImportState.DISCARDED
            row.wake_at = row.dead_at = None
            _clear(row)


def _run(row: Import, now: datetime) -> None:
    """Check, or write. Whoever imports was shown a preview; what has gone wrong since then is shown in a new one."""
    parts = [UploadedPart(one.name, one.content_type, _content(one)) for one in row.files.all()]
    result = reading_apply(
        reading=files_read(parts),
        write=row.state == ImportState.IMPORTING,
        progress=lambda done, total: cache.set(row.progress_key, (done, total), PROGRESS_SECONDS),
        sources=[part.name for part in parts],
    )
    is_written = row.state == ImportState.IMPORTING and result.is_right
    row.state = ImportState.DONE if is_written else ImportState.CHECKED
    row.checked_at, row.finished_at = now, now if is_written else None
    row.counts = result.counts
    row.problems = [one.as_json() for one in result.problems]
    row.problem_count = len(result.all_problems)
    row.wake_at = now + KEPT_FOR
    row.save()
    _keep_rows(row, result)


def _keep_rows(row: Import, result: Result) -> None:
    row.rows.all().delete()
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                of=row,
                kind=entry.kind,
                sheet=shown(entry.sheet),
                number=entry.number,
                label=entry.label[:255],
                outcome=entry.outcome,
                changes=entry.changes,
                problems=[one.as_json() for one in entry.problems],
                rank=RANKS[entry.outcome],
            )
            for entry in result.entries
        ],
        batch_size=1000,
    )


def _content(file: ImportFile) -> bytes:
    with file.file.open("rb") as opened:
        content: bytes = opened.read()
    return content


def _clear(row: Import) -> None:
    """Save the row without its files; their bytes go once that is committed."""
    row.problems = []
    row.save()
    row.rows.all().delete()
    for file in list(row.files.all()):
        storage, path = file.file.storage, str(file.file.name)
        file.delete()
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))  # type: ignore[misc]
    cache.delete(row.progress_key)


def _free(row: Import) -> Import:
    """The row as it stands now, locked. Raises ValidationError while the worker is at it."""
    rows = Import.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=row.pk)
    found = rows.first()
    if found is None:
        raise ValidationError(
            _("The import is being worked on at this moment. Try again when it is through.")
        )
    return found


def _names(row: Import) -> str:
    return ", ".join(file.name for file in row.files.all())[:500]
