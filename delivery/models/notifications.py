"""What a person of the staff should know, shown in the desk, mailed alone or, with others, in one digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned
from delivery.models.due import DueRow


class Notification(DueRow, MaybeCustomerOwned):
    """One thing for one person. `key` makes it happen once, however often it is caused (Rule S14)."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    summary = models.CharField(_("summary"), max_length=300)
    detail = models.TextField(blank=True)
    path = models.CharField(max_length=300)  # where in the desk it leads, below the site's address
    is_late = models.BooleanField(_("told late, after an outage"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(
        "delivery.OutboundMail", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notification_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="notification_due",
                condition=models.Q(wake_at__isnull=False),
            ),
            models.Index(fields=["person", "-id"], name="notification_newest"),
        ]

    def __str__(self) -> str:
        return self.key
