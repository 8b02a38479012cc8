"""Mail that came in: stored raw before anything is decided, each message with exactly one visible end (Rule I2)."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned, ProviderOwned
from delivery.models import DueRow


class AfterStoring(models.TextChoices):
    """What becomes of a message in the mailbox once we hold it (Rule I2: never before)."""

    MARK_READ = "mark_read", _("Mark it as read")
    MOVE = "move", _("Move it to another folder")
    DELETE = "delete", _("Delete it")


ADDRESS_IN_USE_ONCE = "mailbox_address_in_use_once"


class Mailbox(DueRow, ProviderOwned):
    """An address of the provider. With a host it is polled by IMAP; without, mail is delivered by command."""

    address = models.EmailField(_("address"))
    is_default = models.BooleanField(_("the provider's default mailbox"), default=False)
    host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    use_tls = models.BooleanField(_("TLS"), default=True)
    username = models.CharField(_("user name"), max_length=253, blank=True)
    secret = models.TextField(blank=True)  # encrypted with the installation's key
    # OAuth 2.0 by client credentials: the secret is the client's then, and goes to `token_url` only.
    token_url = models.CharField(
        _("address of access tokens"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
    )
    client_id = models.CharField(_("application (client) id"), max_length=200, blank=True)
    token_scope = models.CharField(
        _("scope of access tokens"),
        max_length=200,
        blank=True,
        default="https://outlook.office365.com/.default",
    )
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    after_storing = models.CharField(
        _("after storing"), max_length=12, choices=AfterStoring, default=AfterStoring.MARK_READ
    )
    stored_folder = models.CharField(_("folder to move to"), max_length=120, blank=True)
    trusted_authserv_id = models.CharField(
        _("server that checks senders"), max_length=253, blank=True
    )  # whose Authentication-Results we believe (RFC 8601); nobody's while it is empty
    plus_addressing = models.BooleanField(_("plus addresses arrive here"), default=False)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    backlog = models.PositiveIntegerField(
        default=0
    )  # messages that its server still had for us at the last look
    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["address"]
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(fields=["provider", "address"], name="mailbox_once"),
            # Of the whole installation: the index sees all tenants, whatever a scope can read.
            models.UniqueConstraint(
                Lower("address"), condition=models.Q(is_active=True), name=ADDRESS_IN_USE_ONCE
            ),
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(is_default=True), name="mailbox_one_default"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="mailbox_due", condition=models.Q(wake_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.address


class InboundState(models.TextChoices):
    STORED = "stored", _("Stored, not yet decided")
    TICKET = "ticket", _("Opened a ticket")
    REPLY = "reply", _("Joined a ticket")
    ALERT = "alert", _("Taken as an alert")
    QUARANTINED = "quarantined", _("In quarantine")
    IGNORED = "ignored", _("Ignored")
    DUPLICATE = "duplicate", _("Received before")
    REJECTED = "rejected", _("Rejected by a person")


class QuarantineReason(models.TextChoices):
    PERSONAL_ADDRESS = "personal_address", _("Sent from a personal address")
    UNKNOWN_DOMAIN = "unknown_domain", _("The sender's domain is not registered")
    UNKNOWN_PERSON = (
        "unknown_person",
        _("Several schools share the sender's domain and the person is unknown"),
    )
    NOT_NOMINATED = "not_nominated", _("The sender is not nominated by the customer")
    NOT_AUTHENTIC = (
        "not_authentic",
        _("It failed the sender checks (SPF, DKIM, DMARC): somebody else may have written it"),
    )
    FROM_STAFF = "from_staff", _("Sent by a colleague: choose the school")
    NO_CONTRACT = "no_contract", _("The customer has no contract today")
    UNPARSABLE = "unparsable", _("The message is broken")
    TOO_LARGE = "too_large", _("The message is too large")


class InboundMail(DueRow, MaybeCustomerOwned):
    """One received message, byte for byte. It is undecided as long as `wake_at` is set."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="+")
    raw = models.BinaryField()  # of a message above the limit only its beginning
    file = models.FileField(max_length=200, blank=True, default="")  # then the whole, beside the database
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=InboundState, default=InboundState.STORED)
    reason = models.CharField(max_length=300, blank=True)
    quarantine = models.CharField(max_length=20, choices=QuarantineReason, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    recipients = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="inbound"
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "sha256"], name="inbound_once")]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="inbound_due", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(
                fields=["provider", "message_id"],
                name="inbound_message_id",
                condition=~models.Q(message_id=""),
            ),
            models.Index(fields=["provider", "state", "-id"], name="inbound_by_state"),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk}"


class RefusedSender(ProviderOwned):
    """An address that has had its one polite explanation (Rule T5). A second is never sent within the quiet time."""

    address = models.CharField(max_length=320)
    explained_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "address"], name="refused_sender_once")]

    def __str__(self) -> str:
        return f"refused {self.pk}"


class AnsweredAddress(ProviderOwned):
    """When we last answered an address by machine, and how often since `counted_from`: what ends a mail loop."""

    address = models.CharField(max_length=320)
    answered_at = models.DateTimeField()
    counted_from = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "address"], name="answered_address_once")]

    def __str__(self) -> str:
        return f"answered {self.pk}"
