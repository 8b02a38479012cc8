"""What somebody has typed on a ticket and not sent yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from delivery.models import DueRow


class DraftKind(models.TextChoices):
    REPLY = "reply", _("Answer to the school")
    NOTE = "note", _("Note for staff")


class Draft(DueRow, CustomerOwned):
    """One person's unsent answer or note on one ticket; nobody else ever reads it. The sweeper removes old ones."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=DraftKind)
    text = models.TextField()
    by_phone = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person", "kind"], name="draft_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="draft_due", condition=models.Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
