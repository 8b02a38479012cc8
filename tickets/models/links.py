"""That two tickets of one school have to do with each other."""

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Ticket


class LinkKind(models.TextChoices):
    """What the first is to the second."""

    RELATED = "related", _("Related to")
    CAUSED = "caused", _("Caused by")
    SPLIT = "split", _("Split off from")


# The same, read from the second.
SEEN_FROM_OTHER = {
    LinkKind.RELATED: LinkKind.RELATED.label,
    LinkKind.CAUSED: _("Cause of"),
    LinkKind.SPLIT: _("Split off from here"),
}


class TicketLink(CustomerOwned):
    """`ticket` is `kind` to `other`, of the same school. Two tickets are linked once, whichever way round."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=7, choices=LinkKind)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                Least("ticket", "other"), Greatest("ticket", "other"), name="tickets_linked_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(ticket=models.F("other")), name="ticket_linked_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind} {self.other}"
