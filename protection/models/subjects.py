"""What one person asks of us: everything that is held about them, and to be forgotten (Rule T7)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned
from delivery.models import DueRow


class ExportState(models.TextChoices):
    GATHERING = "gathering", _("Being gathered")
    READY = "ready", _("Ready")
    OVER = "over", _("Removed")


class SubjectExport(DueRow, ProviderOwned):
    """Everything that is held about one person, in a ZIP file that `by` may fetch until `expires_at`.

    It is gathered with the eyes of `by`: confidential tickets are in it only where they are a reader.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.GATHERING)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    expires_at = models.DateTimeField(_("available until"), null=True, blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    records = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # confidential tickets that `by` may not read

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="subject_export_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def progress_key(self) -> str:
        return f"subject-export:{self.pk}"


class ErasureState(models.TextChoices):
    RUNNING = "running", _("Being erased")
    DONE = "done", _("Erased")


class Erasure(DueRow, ProviderOwned):
    """One person is being, or was, erased. `needles` are patterns of what is looked for in all texts.

    `counts` says how many records each step touched; what stands there is done, so it goes on from there after a kill.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=300)
    state = models.CharField(max_length=8, choices=ErasureState, default=ErasureState.RUNNING)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    needles = ArrayField(models.TextField(), default=list, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person"], name="erased_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="erasure_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
