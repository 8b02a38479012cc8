"""What somebody did to several tickets of the queue at once, row by row, so that it can be taken back."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned


class BulkKind(models.TextChoices):
    ASSIGN = "assign", _("Give them to somebody")
    LEVEL = "level", _("Change their level")
    CLOSE = "close", _("Close them")


class BulkAction(ProviderOwned):
    """One act on up to 100 tickets. `chosen` holds what was asked for, by name; `once` makes it happen once.

    `done` and `failed` count all that were chosen, also those whose rows the reader may not see any more.
    """

    kind = models.CharField(max_length=6, choices=BulkKind)
    by = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    once = models.UUIDField(default=uuid4)
    chosen = models.JSONField(default=dict)
    done = models.PositiveSmallIntegerField(default=0)
    failed = models.PositiveSmallIntegerField(default=0)
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "by", "once"], name="bulk_action_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BulkRow(CustomerOwned):
    """What became of one ticket. `problem`: why nothing was done; `undo_problem`: why it was not taken back.

    `before` is what is put back. `version` is the ticket's own after the act: while it has that, nobody has changed it.
    """

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="rows")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    problem = models.CharField(max_length=400, blank=True)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    undone = models.BooleanField(default=False)
    undo_problem = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["action", "ticket"], name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(problem="") | Q(undone=False), name="bulk_row_undone_only_if_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} on {self.ticket_id}"
