"""Changes that a customer or a third party made to supported systems, as the customer tells us (rules E5, E6)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned

RECENT_DAYS = 30


class StillWorks(models.TextChoices):
    YES = "yes", _("It works")
    PARTLY = "partly", _("It works in part")
    NO = "no", _("It does not work")
    UNKNOWN = "unknown", _("Not tried yet")


class ReportedChange(CustomerOwned):
    """One change: what, to which system, on which local day, by whom, and whether it still works. Never edited."""

    what = models.CharField(_("what was changed"), max_length=500)
    system = models.CharField(_("which system, where"), max_length=160)
    changed_on = models.DateField(_("when"))
    made_by = models.CharField(_("who did it"), max_length=160)
    works = models.CharField(_("does it still work?"), max_length=8, choices=StillWorks)
    reported_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_on", "-id"]
        indexes = [
            models.Index(fields=["provider", "customer", "-changed_on"], name="reported_change_recent")
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.what}"


class ChangeSettings(ProviderOwned):
    """For how many days a reported change counts as recent. None: `RECENT_DAYS`."""

    recent_days = models.PositiveSmallIntegerField(
        _("show changes on tickets for so many days"),
        default=RECENT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="change_settings_once")]

    def __str__(self) -> str:
        return str(_("Changes of schools"))
