"""How long which kind of record is kept, what must not go, and what went (Rule T7)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned
from delivery.models import DueRow


class RetentionRule(DueRow, ProviderOwned):
    """For how many days a provider keeps one kind of record; None: for ever. A kind without a row is kept.

    `wake_at` is the next look, at night; while a look has more to do, the next batch.
    """

    kind = models.CharField(max_length=30)  # a key of accounts.protecting.record_kinds
    days = models.PositiveIntegerField(_("kept for days"), null=True, blank=True)
    looked_at = models.DateTimeField(_("last look"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "kind"], name="retention_rule_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="retention_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class RetentionRun(ProviderOwned):
    """One look that found something: how many records lost their words, and which, by their ids. Never contents."""

    kind = models.CharField(max_length=30)
    before = models.DateTimeField()  # what began before this instant was over
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "kind"], condition=Q(ended_at__isnull=True), name="retention_one_open_run"
            )
        ]
        indexes = [models.Index(fields=["provider", "-id"], name="retention_newest_run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def count(self) -> int:
        return len(self.ids)


class Hold(ProviderOwned):
    """A ticket, or all that is held of a person, must be kept: for a dispute, an inquiry, a court (legal hold)."""

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, null=True, blank=True, related_name="holds"
    )
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="holds"
    )
    reason = models.CharField(_("why"), max_length=300)
    until = models.DateField(_("keep until"), null=True, blank=True)  # None: until somebody ends it
    placed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=True, person__isnull=False)
                | Q(ticket__isnull=False, person__isnull=True),
                name="hold_of_one_thing",
            )
        ]
        indexes = [models.Index(fields=["provider"], name="hold_open", condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class DoomedFile(DueRow, ProviderOwned):
    """A file below MEDIA_ROOT that nothing needs any more. The row goes once the file has gone."""

    path = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="doomed_file_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"
