"""What becomes due on a ticket besides its promise: an owner, and news while it is escalated (rules E1, S14)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

OWNER_WITHIN = 60  # minutes
UPDATE_EVERY, UPDATE_EVERY_SENIOR = 8, 4  # hours


class AttentionPolicy(ProviderOwned):
    """How long the provider lets a ticket be without an owner, or an escalated one without news; in the desk's hours.

    Empty: it is not watched. A provider that has said nothing has no row; the defaults hold.
    """

    owner_within = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=OWNER_WITHIN,
        db_default=OWNER_WITHIN,
        validators=[MinValueValidator(5), MaxValueValidator(6000)],
    )
    update_every = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=UPDATE_EVERY,
        db_default=UPDATE_EVERY,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )  # while the success manager and the technical lead have it
    update_every_senior = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=UPDATE_EVERY_SENIOR,
        db_default=UPDATE_EVERY_SENIOR,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
    )  # while senior management has it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="attention_policy_once")]

    def __str__(self) -> str:
        return f"owner within {self.owner_within}"


class TimerKind(models.TextChoices):
    OWNER = "owner", _("No owner")
    UPDATE = "update", _("Update due")


class TicketTimer(DueRow, CustomerOwned):
    """One thing that is owed on a ticket, since when and by when. It ends by being removed.

    `rung` counts who was told of it. Without `due_at` the sweeper works it out at its next look.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="timers")
    kind = models.CharField(max_length=8, choices=TimerKind)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="ticket_timer_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="ticket_timer_due",
                condition=Q(wake_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
