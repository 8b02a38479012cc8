"""Files go after the commit that made them needless, and for certain: each is a due row (rules T7, S14)."""

from collections.abc import Iterable

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from accounts.tenancy.wall import is_tenant_owned
from delivery.due import Moment
from protection.models import DoomedFile


def files_doom(paths: Iterable[str]) -> None:
    """Let the sweeper remove these files, as far as nothing names them any more."""
    now = timezone.now()
    DoomedFile.objects.bulk_create(DoomedFile(path=path, wake_at=now) for path in set(paths) if path)


def file_turn(row: DoomedFile, moment: Moment) -> None:
    """Remove the bytes, then the row. Killed in between, the sweeper finds no file the next time and goes on."""
    if not _is_named(row.path):
        default_storage.delete(row.path)
    row.delete()


def _is_named(path: str) -> bool:
    """A ticket of a chat names the bytes of the chat, so one of them may still need the file."""
    for model in apps.get_models():
        if not is_tenant_owned(model):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows: models.QuerySet[models.Model] = model._default_manager.filter(**{field.name: path})
                if rows.exists():
                    return True
    return False
