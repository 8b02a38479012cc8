"""Service levels by impact, and the promises that one edition of an agreement makes for each (rules S1, S2)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class ServiceLevel(ProviderOwned):
    """A class of impact: Urgent, High, Medium, Low; or P1 to P4. Rank 1 is the gravest."""

    key = models.SlugField(_("key"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    rank = models.PositiveSmallIntegerField(_("rank"))
    impact = models.CharField(_("impact"), max_length=240)
    portal_words = models.CharField(_("who is affected, in the school's words"), max_length=160, blank=True)
    is_default = models.BooleanField(_("level of a request that says nothing about impact"), default=False)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="level_key_once"),
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(is_default=True), name="level_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TargetSet(ProviderOwned):
    """The promises of one edition of the agreement, e.g. 'SLA v3.2'. Contracts keep the edition that was signed."""

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="target_set_once")]

    def __str__(self) -> str:
        return self.name


class ServiceTarget(ProviderOwned):
    """Response and fix within so many working minutes, for so many per cent of the requests."""

    target_set = models.ForeignKey(TargetSet, on_delete=models.CASCADE, related_name="targets")
    level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="+")
    response_minutes = models.PositiveIntegerField(_("response within (working minutes)"))
    fix_minutes = models.PositiveIntegerField(_("fix within (working minutes)"))
    target_percent = models.PositiveSmallIntegerField(
        _("target in per cent"), default=95, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    warn_percent = models.PositiveSmallIntegerField(
        _("warn at this per cent of the allowance"),
        default=75,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )

    class Meta:
        ordering = ["level__rank"]
        constraints = [models.UniqueConstraint(fields=["target_set", "level"], name="target_once_per_level")]

    def __str__(self) -> str:
        return f"{self.target_set}: {self.level}"
