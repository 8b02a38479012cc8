"""Everything that is held about one person, as a ZIP to read and to process (Rule T7)."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.files import safe_name
from accounts.models import Person
from accounts.protecting import Holding, holdings
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import Scope, current_provider_id, open_scope
from delivery.due import Moment
from delivery.hints import hint
from protection.models import ExportState, SubjectExport
from protection.services.asking import asking_person
from protection.services.files import files_doom
from tickets.models import Ticket

EXPORTS = "subject_exports"
AVAILABLE_FOR = timedelta(days=7)
PROGRESS_SECONDS = 3600


@dataclass(slots=True)
class Section:
    """One holding with its rows, as they are handed out."""

    number: int
    holding: Holding
    rows: list[dict[str, Any]]
    files: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"{self.number:02}-{self.holding.key}.html"

    @property
    def headings(self) -> list[str]:
        return [one.replace("__", " ").replace("_", " ").capitalize() for one in self.holding.shows]

    @property
    def lines(self) -> Iterator[list[Any]]:
        for row in self.rows:
            yield [row[one] for one in self.holding.shows]


@transaction.atomic
def export_ask(*, person: Person) -> SubjectExport:
    """Ask the worker to gather everything about somebody, for whoever asks."""
    row = SubjectExport.objects.create(person=person, by_id=asking_person(), wake_at=timezone.now())
    audit_record(action="export.asked", target=person)
    hint(EXPORTS, row)
    return row


@transaction.atomic
def export_fetched(*, row: SubjectExport) -> None:
    """Keep that somebody has fetched the file."""
    audit_record(action="export.fetched", target=row.person)


def export_turn(row: SubjectExport, moment: Moment) -> None:
    """Gather, or remove what has been there for long enough. Killed, it begins anew and writes the same file."""
    if row.state == ExportState.GATHERING:
        _gather(row)
        row.expires_at = row.wake_at = moment.now + AVAILABLE_FOR
        row.state = ExportState.READY
    else:
        export_remove(row)
    row.save()


def export_remove(row: SubjectExport) -> None:
    """Let the file go. The caller stores the row, which says that there was one."""
    files_doom([row.path])
    row.state, row.path, row.wake_at = ExportState.OVER, "", None


def _gather(row: SubjectExport) -> None:
    path = f"{current_provider_id()}/subject-exports/{row.pk}.zip"
    with tempfile.TemporaryFile() as made:
        with (
            open_scope(Scope(provider_id=current_provider_id(), person_id=row.by_id)),
            ZipFile(made, "w", ZIP_DEFLATED) as archive,
        ):
            sections = list(_sections(row, archive))
            seen = Ticket.objects.filter(requester=row.person).count()
        row.left_out = Ticket.objects.filter(requester=row.person).count() - seen
        row.records = sum(len(one.rows) for one in sections)
        with ZipFile(made, "a", ZIP_DEFLATED) as archive:
            _write_index(archive, row, sections)
        made.seek(0)
        row.sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        row.size = made.tell()
        made.seek(0)
        default_storage.delete(path)
        row.path = default_storage.save(path, File(made))


def _sections(row: SubjectExport, archive: ZipFile) -> Iterator[Section]:
    """Each holding that has anything, with its page and its files already in the archive."""
    found = holdings()
    for number, holding in enumerate(found, start=1):
        rows = holding.rows(row.person).order_by("pk")
        section = Section(number, holding, list(rows.values("pk", *holding.shows)))
        if section.rows:
            if holding.file:
                section.files = list(_write_files(archive, holding, rows))
            page = render_to_string(
                "protection/export/section.html", {"section": section, "person": row.person}
            )
            archive.writestr(section.page, page)
            yield section
        cache.set(row.progress_key, (number, len(found)), PROGRESS_SECONDS)


def _write_files(archive: ZipFile, holding: Holding, rows: Any) -> Iterator[str]:
    for one in rows.iterator(chunk_size=50):
        kept = getattr(one, holding.file)
        name = f"files/{holding.key}/{one.pk}-{safe_name(getattr(one, 'name', '') or 'message.eml')}"
        if isinstance(kept, bytes | memoryview):
            content = bytes(kept)
        else:
            try:
                with kept.open("rb") as opened:
                    content = opened.read()
            except FileNotFoundError:
                continue  # its row outlived it; the row is handed out all the same
        if content:
            archive.writestr(name, content)
            yield name


def _write_index(archive: ZipFile, row: SubjectExport, sections: list[Section]) -> None:
    context = {"export": row, "person": row.person, "sections": sections, "provider": current_provider()}
    archive.writestr("index.html", render_to_string("protection/export/index.html", context))
    data = {
        one.holding.key: {"review": one.holding.others, "records": one.rows, "files": one.files}
        for one in sections
    }
    archive.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
