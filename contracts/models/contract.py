"""A customer's contract: the package it bought, the hours its clocks run in, and the dates between which it holds."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class PausePolicy(models.TextChoices):
    """Which waiting stops which clock. The response clock never stops (Rule S10)."""

    STRICT = "strict", _("Clocks never stop (as the agreement says)")
    FIX_WAITS_FOR_CUSTOMER = "fix_customer", _("The fix clock stops while we wait for the customer")
    FIX_WAITS_FOR_ANYONE = (
        "fix_anyone",
        _("The fix clock stops while we wait for the customer or a third party"),
    )


class Contract(CustomerOwned):
    """One agreement with one customer. Two contracts of a customer never hold on the same day."""

    package = models.ForeignKey(
        "contracts.Package", on_delete=models.PROTECT, related_name="+", verbose_name=_("package")
    )
    calendar = models.ForeignKey(
        "sla.BusinessCalendar", on_delete=models.PROTECT, related_name="+", verbose_name=_("service hours")
    )
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    visits_purchased = models.PositiveSmallIntegerField(_("visits purchased a year"), default=0)
    fix_runs_in_visits = models.BooleanField(
        _("the fix is measured in on-site engineer time too"),
        default=True,
        help_text=_("Only for packages whose replies are measured in on-site engineer time."),
    )
    pause_policy = models.CharField(
        _("waiting"), max_length=16, choices=PausePolicy, default=PausePolicy.STRICT
    )
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_forwards",
            ),
            ExclusionConstraint(
                name="contract_one_at_a_time",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package} for {self.customer}"
