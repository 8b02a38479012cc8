"""Which quote was asked for on which ticket."""

from django.db import models

from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Ticket


class TicketQuote(CustomerOwned):
    """A quote that a ticket needs, or one in its place."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="quote_links")
    quote = models.OneToOneField("quotes.Quote", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.quote}"
