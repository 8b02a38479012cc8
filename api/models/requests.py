"""Requests that were sent with an Idempotency-Key, and what they were answered (Rule I7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned
from delivery.models import DueRow


class KeyedRequest(DueRow, MaybeCustomerOwned):
    """One request of one token under its key. Written with the effect itself: there are both or neither.

    The sweeper removes it at `wake_at`; the key may then be used anew.
    """

    token = models.ForeignKey("api.ApiToken", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("key"), max_length=255)
    digest = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # null only inside its own transaction
    body = models.TextField(blank=True, default="")
    etag = models.CharField(max_length=20, blank=True, default="")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="keyed_request_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="keyed_request_due", condition=Q(wake_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key
