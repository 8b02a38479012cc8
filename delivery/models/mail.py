"""The outbox: mail is a row first, sent afterwards, with a Message-ID that stays the same on a repeat."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned
from delivery.models.due import DueRow


class MailPurpose(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    REPLY = "reply", _("Reply")
    REFUSAL = "refusal", _("Explanation to a refused sender")
    NOTICE = "notice", _("Notice to staff")
    EXPLANATION = "explanation", _("Explanation to the customer")
    SIGN_IN = "sign_in", _("Sign-in")
    REPORT = "report", _("Report")


class MailState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")


class OutboundMail(DueRow, MaybeCustomerOwned):
    """A message to send. `fence` counts the leases: only the holder of the newest may mark the row sent."""

    purpose = models.CharField(max_length=20, choices=MailPurpose)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.WAITING)
    message_id = models.CharField(max_length=255)
    sender = models.CharField(max_length=255)
    recipients = ArrayField(models.EmailField())
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    fence = models.PositiveIntegerField(default=0)
    delivered = ArrayField(models.EmailField(), default=list, blank=True)  # accepted by the server
    refused = models.JSONField(default=dict, blank=True)  # address -> the server's answer, for good
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "message_id"], name="outbound_message_id_once")
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="outbound_due", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(fields=["provider", "-id"], name="outbound_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.message_id}"

    @property
    def remaining(self) -> list[str]:
        """Recipients that have neither had the mail nor refused it for good."""
        return [
            address
            for address in self.recipients
            if address not in self.delivered and address not in self.refused
        ]
