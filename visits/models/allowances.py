"""What a contract allows, and the ledger of what was used of it (rules P3, P5, P9)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned


class AllowanceKind(models.TextChoices):
    SCHEDULED_VISIT = "scheduled_visit", _("Scheduled visits")
    ON_DEMAND_VISIT = "on_demand_visit", _("On-demand visits")
    REMOTE_SESSION = "remote_session", _("Remote sessions")


class Period(models.TextChoices):
    """Over which days an allowance is counted. All begin anew each year."""

    CONTRACT_YEAR = "contract_year", _("Contract year")
    WINDOW = "window", _("The window of the package, from the contract's anniversary")
    SCHOOL_YEAR = "school_year", _("School year, 1 September to 31 August")


def default_warnings() -> list[int]:
    return [80, 95]


class AllowanceRule(ProviderOwned):
    """How a package counts one kind of use. `norm` is the fair use of a period; purchased visits stand in the contract.

    Nothing is ever refused by it (Rule P5): at `warn_at`, percentages, the customer success manager is told.
    """

    package = models.ForeignKey("contracts.Package", on_delete=models.CASCADE, related_name="allowance_rules")
    kind = models.CharField(_("what is counted"), max_length=16, choices=AllowanceKind)
    period = models.CharField(_("counted over"), max_length=14, choices=Period)
    norm = models.PositiveSmallIntegerField(_("fair use"), null=True, blank=True)
    carry_over = models.PositiveSmallIntegerField(_("unused ones that carry over, at most"), default=0)
    warn_at = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("warn at per cent"), default=default_warnings
    )

    class Meta:
        ordering = ["package", "kind"]
        constraints = [models.UniqueConstraint(fields=["package", "kind"], name="allowance_rule_once")]

    def __str__(self) -> str:
        return f"{self.package}: {self.get_kind_display()}"


class FairUseAgreement(CustomerOwned):
    """A threshold that the administrator sets for one contract in place of its package's norm (Rule P5)."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.CASCADE, related_name="fair_use_agreements"
    )
    kind = models.CharField(_("what is counted"), max_length=16, choices=AllowanceKind)
    norm = models.PositiveSmallIntegerField(_("fair use"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "kind"], name="fair_use_once")]

    def __str__(self) -> str:
        return f"{self.contract}: {self.get_kind_display()}"


class RemoteSession(CustomerOwned):
    """Remote support of some length. In lieu of a visit it uses up nothing: the visit does already (Rule P3)."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="remote_sessions"
    )
    started_at = models.DateTimeField(_("started"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    day = models.DateField(_("day"))
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    in_lieu_of = models.ForeignKey(
        "visits.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="sessions_in_lieu"
    )
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # Of the form that recorded it: sent twice, it records once. Empty where no form was in play.
    once = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="session_has_length"),
            models.UniqueConstraint(fields=["contract", "once"], condition=~Q(once=""), name="session_once"),
        ]
        indexes = [models.Index(fields=["contract", "day"], name="session_of_contract")]

    def __str__(self) -> str:
        return f"{self.day.isoformat()}, {self.minutes} min"


class EntryCause(models.TextChoices):
    BOOKED = "booked", _("Visit booked")
    CALLOUT = "callout", _("Emergency callout")
    MOVED = "moved", _("Visit moved to another day")
    RETURNED = "returned", _("Visit missed or cancelled: given back")
    IN_LIEU = "in_lieu", _("Remote support in place of a visit")
    SESSION = "session", _("Remote session")
    UNDONE = "undone", _("Taken back")
    CORRECTED = "corrected", _("Corrected")


class AllowanceEntry(CustomerOwned):
    """One line of the ledger: `quantity` is negative for a use, positive for what is given back. Append-only.

    What a period grants is never written here: it follows from the contract and its variations. So remaining =
    granted + carried over + the sum of the lines, and the lines always agree with the visits and sessions.
    """

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="allowance_entries"
    )
    kind = models.CharField(_("what"), max_length=16, choices=AllowanceKind)
    day = models.DateField(_("counts on"))  # the local day that decides the period
    quantity = models.SmallIntegerField(_("number"))
    cause = models.CharField(_("why"), max_length=10, choices=EntryCause)
    visit = models.ForeignKey(
        "visits.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="allowance_entries"
    )
    session = models.ForeignKey(
        RemoteSession, on_delete=models.PROTECT, null=True, blank=True, related_name="allowance_entries"
    )
    at = models.DateTimeField(_("entered"))
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="allowance_entry_counts")]
        indexes = [models.Index(fields=["contract", "kind", "day"], name="allowance_entry_of_contract")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity:+d} on {self.day.isoformat()}"


class AllowanceWarning(CustomerOwned):
    """That the success manager was told once that so much of a period's allowance is used.

    `percent` is one of the rule's `warn_at`, or `PAST_THE_NORM`.
    """

    PAST_THE_NORM = 101

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=AllowanceKind)
    period_start = models.DateField()
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "period_start", "percent"], name="allowance_warning_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.percent} %"
