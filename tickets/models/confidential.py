"""Confidential tickets: who may read one, and who has (rules T6, T7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned


class SafeguardingContact(ProviderOwned):
    """One of the staff who reads every ticket that is made confidential."""

    person = models.OneToOneField(
        "accounts.Person", on_delete=models.CASCADE, related_name="safeguarding_contact"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"safeguarding contact {self.person_id}"


class ReaderCause(models.TextChoices):
    """Why somebody reads a confidential ticket."""

    REQUESTER = "requester", _("Asked for it")
    ASSIGNEE = "assignee", _("Owns it")
    LOGGED = "logged", _("Logged it or made it confidential")
    SAFEGUARDING = "safeguarding", _("Safeguarding contact")
    ADDED = "added", _("Added by a reader")
    TAKEN = "taken", _("Took access")


class TicketReader(CustomerOwned):
    """One person who may read one confidential ticket, until `ended_at`. The database's policies read these rows."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="readers")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("because"), max_length=12, choices=ReaderCause)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="ticket_reader_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(cause__in=["added", "taken"]) | ~models.Q(reason=""),
                name="ticket_reader_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "ticket"],
                name="ticket_reader_of",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: reader {self.person_id}"


class ReadingWay(models.TextChoices):
    """How somebody came to read it."""

    PAGE = "page", _("Opened the ticket")
    FILE = "file", _("Opened a file")
    MESSAGE = "message", _("Opened a mail as it was written")
    API = "api", _("Read over the API")
    MAIL = "mail", _("Was sent mail")


class TicketReading(CustomerOwned):
    """Somebody read a confidential ticket. Append-only; the same within some minutes is one row."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("how"), max_length=8, choices=ReadingWay)
    what = models.CharField(max_length=40, blank=True)  # which file or message, by its id
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["ticket", "-id"], name="reading_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.get_way_display()}"
