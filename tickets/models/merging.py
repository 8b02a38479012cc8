"""Tickets that are dealt with in another one."""

from django.db import models

from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Ticket


class TicketMerge(CustomerOwned):
    """`ticket` is dealt with in `into`, of the same school, until `undone_at`.

    `before` is what its state was; `moved` which rows went over to the other, by kind: what undoing puts back.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="merges")
    into = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="merged_from")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(undone_at__isnull=True), name="ticket_merged_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("into")), name="ticket_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} in {self.into}"
