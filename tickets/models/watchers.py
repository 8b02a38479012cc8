"""Who follows a ticket besides those whose it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class WatcherCause(models.TextChoices):
    """How somebody came to follow a ticket."""

    SELF = "self", _("Follows it on their own wish")
    ADDED = "added", _("Added")
    COPIED = "copied", _("Copied into a mail")
    MERGED = "merged", _("Their own request is dealt with here")


class Watcher(CustomerOwned):
    """One person who follows one ticket until `ended_at`: of the school or of the staff.

    One row for each person and ticket, kept after its end, so that a copy of a mail brings nobody back who has left.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="watchers")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(_("because"), max_length=6, choices=WatcherCause)
    added_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    has_left = models.BooleanField(default=False)  # ended by themselves: only they begin again

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watcher_once")]
        indexes = [
            models.Index(
                fields=["person", "ticket"],
                name="watcher_of_person",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: watcher {self.person_id}"
