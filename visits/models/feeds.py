"""Addresses at which a calendar program reads visits without signing in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned


class CalendarFeed(MaybeCustomerOwned):
    """The feed of a school's visits, or, without a customer, of an engineer's.

    The address carries its id and `generation`, signed. Nothing secret is stored; the next generation revokes the last.
    """

    engineer = models.OneToOneField(
        "accounts.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="calendar_feed"
    )
    generation = models.PositiveIntegerField(_("generation"), default=1)
    renewed_at = models.DateTimeField(_("address made"), auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="calendar_feed_of_school_once"),
            models.CheckConstraint(
                condition=Q(customer__isnull=True) | Q(engineer__isnull=True), name="calendar_feed_of_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.engineer)
