"""Chats with people of schools, and what was said in them (Rule I4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.files import StoredFile
from accounts.tenancy.models import CustomerOwned
from delivery.models import DueRow


class ChatState(models.TextChoices):
    WAITING = "waiting", _("Waiting for somebody of the desk")
    ACTIVE = "active", _("In conversation")
    ENDED = "ended", _("Ended")


class ChatOrigin(models.TextChoices):
    PORTAL = "portal", _("Portal")
    WIDGET = "widget", _("Web site")


class ChatEnd(models.TextChoices):
    DESK = "desk", _("Ended by the desk")
    VISITOR = "visitor", _("Ended by the visitor")
    LEFT = "left", _("The visitor left")


class Side(models.TextChoices):
    VISITOR = "visitor", _("From the school")
    DESK = "desk", _("From us")
    SYSTEM = "system", _("What happened")


class Chat(DueRow, CustomerOwned):
    """One conversation. Whose it is was proved before it began: by signing in, or by a code mailed to the address.

    Three marks count messages: `last_seq` is the newest, up to `got_seq` they have reached the visitor's screen, and up
    to `filed_seq` they stand on the ticket. `wake_at` is when to look whether the visitor is still there.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=8, choices=ChatOrigin)
    proof = models.ForeignKey(
        "chat.ChatProof", on_delete=models.PROTECT, null=True, blank=True, related_name="chats"
    )
    state = models.CharField(max_length=8, choices=ChatState, default=ChatState.WAITING)
    assignee = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.SET_NULL, null=True, blank=True, related_name="chats"
    )
    last_seq = models.PositiveIntegerField(default=0)
    got_seq = models.PositiveIntegerField(default=0)
    filed_seq = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)  # messages of the visitor since our last one
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)  # when a person first wrote to the visitor
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, choices=ChatEnd, blank=True)
    seen_at = models.DateTimeField()  # when the visitor's page last asked for news

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            # A start that is sent twice must not make two chats.
            models.UniqueConstraint(
                fields=["person"], condition=~models.Q(state="ended"), name="chat_one_open_each"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="chat_due", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(
                fields=["provider", "started_at"], name="chat_open", condition=~models.Q(state="ended")
            ),
            models.Index(fields=["provider", "-ended_at"], name="chat_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state != ChatState.ENDED


class ChatMessage(CustomerOwned):
    """One line of a chat. `seq` counts from 1 without gaps; a post that is sent again has the same `client_key`."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=Side)
    author = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    text = models.TextField()
    client_key = models.CharField(max_length=36, null=True, blank=True)

    class Meta:
        ordering = ["chat", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "seq"], name="chat_message_in_order"),
            models.UniqueConstraint(fields=["chat", "client_key"], name="chat_message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.seq}"


def chat_file_path(file: "ChatFile", filename: str) -> str:
    """A place that says nothing of the content: tenant, chat and the digest of the bytes."""
    return f"{file.provider_id}/chats/{file.message.chat_id}/{file.sha256}"


class ChatFile(StoredFile):
    """A file of a chat's message. A ticket of the chat names the same bytes."""

    message = models.ForeignKey(ChatMessage, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=chat_file_path, max_length=200)

    class Meta:
        ordering = ["id"]
