"""Forms that were sent, so that sending one again does nothing twice."""

from django.db import models

from accounts.tenancy.models import CustomerOwned


class SentForm(CustomerOwned):
    """One form with its content, and the ticket that came of it. A double click or a resend finds this row."""

    digest = models.CharField(max_length=64)  # of the form's own key, who sent it and all that was typed
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "digest"], name="sent_form_once")]

    def __str__(self) -> str:
        return f"sent form {self.pk}"
