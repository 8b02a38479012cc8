"""The outbox of webhooks: a row first, sent afterwards, with an id that stays the same on a repeat (Rule S14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned
from delivery.models import DueRow
from webhooks.models.endpoints import Endpoint


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    DEAD = "dead", _("Given up")


class Delivery(DueRow, ProviderOwned):
    """One event on its way to one endpoint. `fence` counts the leases: only the holder of the newest may mark the row.

    The staff's alone, whatever school it tells of. `attempts` holds of each try: `at`, `status` (null without an
    answer), `milliseconds` and `problem` (in words; '' where it was taken).
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40)
    event = models.CharField(max_length=30)
    about = models.CharField(max_length=40, blank=True)  # 'CON-1042'
    occurred_at = models.DateTimeField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    fence = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.JSONField(default=list, blank=True)
    answer = models.TextField(blank=True)  # how the last one began

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "wake_at", "id"],
                name="webhook_due",
                condition=models.Q(wake_at__isnull=False),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_newest"),
            models.Index(
                fields=["endpoint", "-id"],
                name="webhook_failed",
                condition=models.Q(failures__gt=0) & ~models.Q(state="delivered"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"
