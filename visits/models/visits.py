"""Visits: an engineer at a school for a slot, from the booking to what was done (rules P2 to P4, S7, S8)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from visits.models.allowances import AllowanceKind


class VisitKind(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled visit")
    ON_DEMAND = "on_demand", _("On-demand visit")
    CALLOUT = "callout", _("Emergency callout")


class VisitState(models.TextChoices):
    BOOKED = "booked", _("Booked")
    ON_SITE = "on_site", _("On site")
    DONE = "done", _("Done")
    MISSED = "missed", _("Missed by us")
    CANCELLED = "cancelled", _("Cancelled")
    IN_LIEU = "in_lieu", _("Remote support in its place")


# In these the engineer is, was or will be there: nobody can be in two places.
TAKES_ENGINEER = (VisitState.BOOKED, VisitState.ON_SITE, VisitState.DONE)
# In these one visit of the contract's allowance is taken (Rule P9).
USES_ALLOWANCE = (*TAKES_ENGINEER, VisitState.IN_LIEU)


class Visit(CustomerOwned):
    """One visit to one school. Instants are UTC; `day` is the local day of its start, which decides its period.

    Without a slot its times were agreed freely, as for an on-demand visit or a callout.
    """

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(_("kind"), max_length=10, choices=VisitKind)
    state = models.CharField(_("state"), max_length=10, choices=VisitState, default=VisitState.BOOKED)
    # Of which allowance it takes one; of none when it is charged, or included without being counted.
    uses = models.CharField(_("uses up"), max_length=16, choices=AllowanceKind, blank=True, default="")
    slot = models.ForeignKey(
        "contracts.VisitSlot", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    engineer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="visits")
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    departed_at = models.DateTimeField(_("left"), null=True, blank=True)
    work_done = models.TextField(_("what was done"), blank=True, default="")
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True, default="")
    # The visit that was missed or cancelled, in whose place this one stands.
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    # Grows with each change that a calendar must show: SEQUENCE of RFC 5545, and a stale form is stopped by it.
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_forwards"),
            models.CheckConstraint(
                condition=Q(departed_at__isnull=True)
                | Q(arrived_at__isnull=False, departed_at__gte=F("arrived_at")),
                name="visit_left_after_arriving",
            ),
            ExclusionConstraint(
                name="visit_engineer_in_one_place",
                expressions=[
                    ("engineer", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), Value("[)"), function="TSTZRANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=TAKES_ENGINEER),
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "day", "engineer"], name="visit_of_day"),
            models.Index(fields=["engineer", "starts_at"], name="visit_of_engineer"),
            models.Index(fields=["customer", "starts_at"], name="visit_of_customer"),
            models.Index(fields=["contract", "kind", "day"], name="visit_of_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day.isoformat()}"


class VisitEventKind(models.TextChoices):
    BOOKED = "booked", _("Booked")
    MOVED = "moved", _("Moved")
    HANDED_OVER = "handed_over", _("Given to another engineer")
    ARRIVED = "arrived", _("Arrived")
    DEPARTED = "departed", _("Left")
    MISSED = "missed", _("Missed by us")
    CANCELLED = "cancelled", _("Cancelled")
    IN_LIEU = "in_lieu", _("Remote support in its place")
    UNDONE = "undone", _("Taken back")


class VisitEvent(CustomerOwned):
    """What happened to a visit, when, by whom and why. Append-only."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=VisitEventKind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("why"), blank=True, default="")
    by_school = models.BooleanField(_("at the school's wish"), default=False)
    # What it was before: state, times and engineer, so that it can be read and taken back.
    before = models.JSONField(default=dict, blank=True)
    undoes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["visit", "id"], name="visit_event_of_visit")]

    def __str__(self) -> str:
        return f"{self.visit}: {self.get_kind_display()}"
