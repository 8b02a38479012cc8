"""Imports: files handed in, what the check found in each row, and how far the worker has come."""

from typing import Any

from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.files import KeptFile
from accounts.tenancy.models import ProviderOwned
from delivery.models import DueRow
from onboarding.layout import Kind
from onboarding.problems import Problem


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class Import(DueRow, ProviderOwned):
    """One upload on its way in (Rule Y7). The worker checks and writes it; when a finished one wakes, its files go."""

    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.CHECKING)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("by")
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)  # sheet -> outcome -> rows
    problems = models.JSONField(default=list)  # of whole sheets and files; those of rows stand with them
    problem_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="import_due", condition=models.Q(wake_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_working(self) -> bool:
        """Whether the worker has something to do that somebody waits for."""
        return self.state in (ImportState.CHECKING, ImportState.IMPORTING) and self.dead_at is None

    @property
    def progress(self) -> tuple[int, int]:
        """Rows done and all rows. Kept in the cache: what the worker's open transaction writes nobody can read."""
        done, total = cache.get(self.progress_key, (0, 0))
        return int(done), int(total)

    @property
    def progress_key(self) -> str:
        return f"onboarding:{self.provider_id}:{self.pk}:progress"

    def total(self, outcome: str) -> int:
        return sum(counts.get(outcome, 0) for counts in self.counts.values())

    @property
    def changes_anything(self) -> bool:
        return bool(self.total("new") or self.total("changed"))

    @property
    def file_problems(self) -> list[Problem]:
        return [Problem(**one) for one in self.problems]


def file_path(row: "ImportFile", filename: str) -> str:
    """A place that says nothing of the content."""
    return f"{row.provider_id}/imports/{row.of_id}/{row.sha256}"


class ImportFile(KeptFile, ProviderOwned):
    """A file of an import, until it is discarded or thirty days old."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=file_path, max_length=200)

    class Meta:
        ordering = ["id"]


class ImportRow(ProviderOwned):
    """What becomes of one row of a sheet. Kept as long as the files."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=20)
    sheet = models.CharField(max_length=255)
    number = models.PositiveIntegerField()  # as the spreadsheet counts
    label = models.CharField(max_length=255)
    outcome = models.CharField(max_length=10)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)  # heading, before, after
    problems = models.JSONField(default=list)
    rank = models.PositiveSmallIntegerField(default=0)  # what is wrong comes first, what stays as it is last

    class Meta:
        ordering = ["rank", "id"]
        indexes = [models.Index(fields=["of", "kind", "rank", "id"], name="import_row_of_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"

    @property
    def found(self) -> list[Problem]:
        return [Problem(**one) for one in self.problems]

    @property
    def kind_name(self) -> Any:
        return Kind(self.kind)
