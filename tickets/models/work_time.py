"""How long somebody worked on a ticket."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from tickets.models.ticket import Ticket

LONGEST = 24 * 60  # minutes of one entry


class WorkTime(CustomerOwned):
    """Minutes that a person worked on a ticket until `ended_at`, for the staff alone. Removed by whoever noted it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="work_times")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(_("minutes"))
    ended_at = models.DateTimeField()
    note = models.CharField(_("what was done"), max_length=240, blank=True)

    class Meta:
        ordering = ["ended_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=LONGEST), name="work_time_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"
