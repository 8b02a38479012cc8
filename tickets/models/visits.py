"""Which visit an engineer makes for which ticket."""

from django.db import models

from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Ticket


class TicketVisit(CustomerOwned):
    """A visit that was booked for a ticket: an emergency callout, or one on demand."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="visit_links")
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "visit"], name="ticket_visit_once")]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.visit}"
