"""What a customer took on: the list of a provider, and how each customer stands with it (Rule E6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned


class Obligation(ProviderOwned):
    """One thing that the agreement asks of every customer."""

    name = models.CharField(_("in short"), max_length=120)
    wording = models.TextField(_("in words for the school"))
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    review_months = models.PositiveSmallIntegerField(_("looked at every so many months"), default=12)
    is_active = models.BooleanField(_("asked of customers"), default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="obligation_once"),
            models.CheckConstraint(
                condition=models.Q(review_months__gte=1), name="obligation_review_in_months"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ObligationState(models.TextChoices):
    NOT_REVIEWED = "not_reviewed", _("Not reviewed yet")
    MET = "met", _("Met")
    PARTLY = "partly", _("Partly met")
    NOT_MET = "not_met", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class ObligationReview(CustomerOwned):
    """How a customer stood with an obligation on a day. The newest row holds; nobody can change or remove one."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(_("state"), max_length=14, choices=ObligationState)
    reviewed_on = models.DateField(_("reviewed on"))
    note = models.TextField(_("note"), blank=True, default="")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-reviewed_on", "-id"]
        indexes = [models.Index(fields=["customer", "obligation", "-id"], name="obligation_newest")]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.get_state_display()}"
