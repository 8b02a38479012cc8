"""Tickets with third parties: who has it, since when, what they promised and when we ask again (rules E3, P4)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

CHASE_EVERY = 2


class Supplier(ProviderOwned):
    """A company to which the provider hands problems on: a maker, a publisher, an internet provider."""

    name = models.CharField(_("name"), max_length=120)
    contact = models.CharField(_("whom to ask for"), max_length=120, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    portal = models.URLField(_("address of their portal"), blank=True, default="")
    chase_every = models.PositiveSmallIntegerField(
        _("chase every so many working days"),
        default=CHASE_EVERY,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("provider", Lower("name"), name="supplier_once")]

    def __str__(self) -> str:
        return self.name


class Urgency(models.TextChoices):
    """In the third party's own scale."""

    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    HIGHEST = "highest", _("Their highest")


class ReferralOutcome(models.TextChoices):
    FIXED = "fixed", _("They fixed it")
    ADVISED = "advised", _("They told us what to do")
    NOT_THEIRS = "not_theirs", _("It was not theirs")
    REFUSED = "refused", _("They will not do it")
    NO_ANSWER = "no_answer", _("They never answered")
    CLOSED = "closed", _("The ticket was closed")


class Referral(DueRow, CustomerOwned):
    """A ticket is with a supplier. While it is open, the sweeper reminds at `chase_at`, then every `chase_every`
    working days.

    `reminders` counts those that were given; it is part of their keys, so that each is told once (Rule S14).
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="referrals")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(_("their reference"), max_length=80, blank=True, default="")
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    promised_at = models.DateTimeField(_("promised for"), null=True, blank=True)
    chase_at = models.DateTimeField(_("next chase"), null=True, blank=True)
    chase_every = models.PositiveSmallIntegerField(default=CHASE_EVERY)
    reminders = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=ReferralOutcome, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "supplier"],
                condition=Q(ended_at__isnull=True),
                name="referral_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | Q(~Q(outcome=""), ended_at__isnull=False, chase_at__isnull=True),
                name="referral_ended_with_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="referral_due", condition=Q(wake_at__isnull=False)
            ),
            models.Index(
                fields=["provider", "chase_at"], name="referral_next", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} with {self.supplier}"
