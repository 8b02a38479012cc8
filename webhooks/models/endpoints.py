"""Where other programs are told what happens, and how each is doing (Rule I7)."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned
from delivery.models import DueRow
from webhooks.events import EventType


class EndpointState(models.TextChoices):
    ON = "on", _("On")
    PAUSED = "paused", _("Paused")
    OFF = "off", _("Switched off")  # by us, since nothing arrived


class Endpoint(DueRow, ProviderOwned):
    """An address of another program. The provider's staff's alone, also where it is kept to one school.

    `misses` counts failed attempts in a row, the first of them at `failing_since`; until `rests_until` none is made.
    `wake_at` is for its log, from which old deliveries are removed.
    """

    label = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=EventType), verbose_name=_("events"))
    only_customer = models.ForeignKey(
        "accounts.Customer",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("school"),
    )
    with_words = models.BooleanField(_("with names and texts"), default=False)
    state = models.CharField(max_length=10, choices=EndpointState, default=EndpointState.ON)
    off_because = models.CharField(max_length=300, blank=True)
    secret = models.TextField()  # encrypted, as the next one
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    misses = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(_("last reached"), null=True, blank=True)

    class Meta:
        ordering = ["label", "id"]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="endpoint_due", condition=models.Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def secrets_at(self, now: datetime) -> list[str]:
        """The encrypted secrets that sign at an instant, the newest first."""
        is_old_good = self.old_secret and self.old_secret_until is not None and now < self.old_secret_until
        return [self.secret, self.old_secret] if is_old_good else [self.secret]
