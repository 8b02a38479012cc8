"""What was said on a ticket, by whom and how, with the files that came along."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.files import StoredFile
from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Channel


class Direction(models.TextChoices):
    INCOMING = "in", _("From the school")
    OUTGOING = "out", _("From us")
    NOTE = "note", _("Internal note")
    EVENT = "event", _("What happened")


class Message(CustomerOwned):
    """One message, note or event of a ticket. Notes are never shown outside the provider's staff."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=6, choices=Direction)
    channel = models.CharField(max_length=12, choices=Channel)
    author = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    text = models.TextField(_("text"))  # what is new in it
    quoted_text = models.TextField(blank=True)  # folded away, never lost
    html = models.TextField(blank=True)  # sanitised; shown in a frame of its own
    is_automatic = models.BooleanField(default=False)
    is_first_response = models.BooleanField(default=False)
    message_id = models.CharField(max_length=255, blank=True)  # of the mail it came by or went out as
    inbound = models.OneToOneField(
        "tickets.InboundMail", on_delete=models.PROTECT, null=True, blank=True, related_name="message"
    )
    outbound = models.OneToOneField(
        "delivery.OutboundMail", on_delete=models.SET_NULL, null=True, blank=True, related_name="message"
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="message_of_ticket"),
            models.Index(
                fields=["provider", "message_id"], name="message_thread", condition=~models.Q(message_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.pk}"


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """A place that says nothing of the content: tenant, ticket and the digest of the bytes."""
    return f"{attachment.provider_id}/{attachment.message.ticket_id}/{attachment.sha256}"


class Attachment(StoredFile):
    """A file of a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    content_id = models.CharField(max_length=255, blank=True)  # of an inline image
    file = models.FileField(upload_to=attachment_path, max_length=200)

    class Meta:
        ordering = ["id"]
