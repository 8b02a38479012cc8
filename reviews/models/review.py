"""Reviews: what is out of the ordinary by the provider's own history, and what came of looking at it (Rule S12)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

TEXT_LENGTH = 4000


class ReviewKind(models.TextChoices):
    TICKET = "ticket", _("Open longer than normal")
    SCHOOL = "school", _("More urgent and high tickets than normal")


class ReviewOutcome(models.TextChoices):
    STEPS = "steps", _("Steps taken")
    TRAINING = "training", _("Training recommended")
    UPGRADE = "upgrade", _("Upgrade recommended")
    NOTHING = "nothing", _("Nothing needed")


class ReviewRound(DueRow, ProviderOwned):
    """A provider's daily look. It begins with the first ticket that is closed; `wake_at` is the next look."""

    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="review_round_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="review_round_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wake_at}"


class NormalTime(ProviderOwned):
    """How long tickets of a category and level usually take, as the last look learned it; in working minutes.

    Without a category: of all tickets of the level, which holds where a category has too few.
    """

    category = models.ForeignKey(
        "tickets.Category", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey("sla.ServiceLevel", on_delete=models.CASCADE, related_name="+")
    tickets = models.PositiveIntegerField()
    median_minutes = models.PositiveIntegerField()
    ninth_minutes = models.PositiveIntegerField()  # nine of ten were fixed within it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "category", "level"], name="review_normal_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'}, {self.level}: {self.ninth_minutes}"


class Review(CustomerOwned):
    """One thing that is out of the ordinary. It is open until `done_at`.

    `figures` are the numbers that decided it, frozen; `reviews.wording` says them. A ticket comes up once, ever; a
    school not while a review of it is open.
    """

    kind = models.CharField(_("why"), max_length=10, choices=ReviewKind)
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, null=True, blank=True, related_name="reviews"
    )
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField()
    found_at = models.DateTimeField(_("put up"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=ReviewOutcome, blank=True, default="")
    found = models.TextField(_("what was found"), max_length=TEXT_LENGTH, blank=True, default="")
    words = models.TextField(_("words to the school"), max_length=TEXT_LENGTH, blank=True, default="")
    done_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    told = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # who of the school was written to; nobody where nothing was needed

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ticket__isnull=False), name="review_ticket_once"
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ticket__isnull=True, done_at__isnull=True),
                name="review_school_once_open",
            ),
            models.CheckConstraint(
                condition=Q(kind="ticket", ticket__isnull=False) | Q(kind="school", ticket__isnull=True),
                name="review_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True, outcome="", told__isnull=True)
                | Q(~Q(outcome=""), done_at__isnull=False, done_by__isnull=False),
                name="review_done_with_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-found_at"], name="review_newest"),
            models.Index(fields=["provider", "customer", "-found_at"], name="review_of_school"),
            models.Index(fields=["provider"], name="review_open", condition=Q(done_at__isnull=True)),
            models.Index(
                fields=["provider", "customer", "done_at"],
                name="review_done_of_school",
                condition=Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None
