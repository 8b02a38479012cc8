"""What holds for all visits of a provider (rules S3, P4)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class VisitPolicy(ProviderOwned):
    """The hours in which visits take place, and the levels that allow an emergency callout. A provider has one."""

    on_site_hours = models.ForeignKey(
        "sla.BusinessCalendar", on_delete=models.PROTECT, related_name="+", verbose_name=_("on-site hours")
    )
    callout_rank = models.PositiveSmallIntegerField(
        _("emergency callouts for levels up to rank"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_("Rank 1 is the gravest level. With 2, for Urgent and High."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="visit_policy_once")]

    def __str__(self) -> str:
        return str(self.on_site_hours)
