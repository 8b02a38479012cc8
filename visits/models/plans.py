"""Proposals for a year of visits, or for visits that must move, and what a school wishes (rules P2, S3)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow
from sla.models.calendars import Weekday
from visits.planning import Reason, Rhythm


class VisitRhythm(models.TextChoices):
    WEEKLY = Rhythm.WEEKLY.value, _("Every week of term")
    FORTNIGHTLY = Rhythm.FORTNIGHTLY.value, _("Every second week of term")
    SPREAD = Rhythm.SPREAD.value, _("Spread evenly")


class VisitWish(CustomerOwned):
    """How a school would like to be visited. Preferred by the planner, never promised (Rule P2)."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(_("how often"), max_length=12, choices=VisitRhythm, blank=True, default="")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday, null=True, blank=True)
    slot = models.ForeignKey(
        "contracts.VisitSlot", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    engineer = models.ForeignKey(
        "accounts.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=Weekday.FRIDAY), name="wish_on_weekday"
            ),
            models.UniqueConstraint(fields=["contract"], name="visit_wish_once"),
        ]

    def __str__(self) -> str:
        return str(self.contract)


class PlanKind(models.TextChoices):
    YEAR = "year", _("Visits still to be delivered")
    MOVES = "moves", _("Visits that must move")


class PlanState(models.TextChoices):
    WAITING = "waiting", _("Being worked out")
    DRAFT = "draft", _("Proposal")
    APPLYING = "applying", _("Being booked")
    APPLIED = "applied", _("Booked")
    DISCARDED = "discarded", _("Discarded")


class VisitPlan(ProviderOwned, DueRow):
    """One proposal. Local days, both included. A worker makes it, and books it slice by slice: `wake_at` is its turn.

    `parameters` is what was asked: contracts (ids), travel_minutes, visits_a_day, tells_schools. `done` of `total`
    schools are booked while it is applied; `cursor` is the last contract that was handled.
    """

    kind = models.CharField(_("kind"), max_length=6, choices=PlanKind, default=PlanKind.YEAR)
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.WAITING)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    absence = models.ForeignKey(
        "visits.EngineerAbsence", on_delete=models.SET_NULL, null=True, blank=True, related_name="plans"
    )
    parameters = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    applied_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="plan_forwards")
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="visit_plan_due", condition=Q(wake_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day.isoformat()} to {self.last_day.isoformat()}"

    @property
    def is_working(self) -> bool:
        """Whether a worker is at it, or about to be."""
        return self.state in {PlanState.WAITING, PlanState.APPLYING} and self.dead_at is None


class PlannedVisit(CustomerOwned):
    """A visit of a proposal. `visit` is what was booked from it, `moves` the booked visit that it would move."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="planned")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    slot = models.ForeignKey("contracts.VisitSlot", on_delete=models.CASCADE, related_name="+")
    engineer = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    in_term = models.BooleanField(_("in term"), default=False)
    is_edited = models.BooleanField(_("changed by hand"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    visit = models.ForeignKey(
        "visits.Visit", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moves = models.ForeignKey(
        "visits.Visit", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    # The visit's own number of changes when the proposal was made: a stale move is refused.
    moves_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day", "slot__starts", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "contract", "day"], name="planned_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["plan", "day"], name="planned_of_day"),
            models.Index(fields=["plan", "engineer", "day"], name="planned_of_engineer"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, {self.day.isoformat()}"


class GapReason(models.TextChoices):
    """Why visits are missing from a proposal, or could not be booked from it."""

    NO_SLOTS = Reason.NO_SLOTS.value, _("The package has no times of day for visits.")
    WINDOW_OVER = Reason.WINDOW_OVER.value, _("The time in which they are to be delivered is over.")
    NO_OPEN_DAY = (
        Reason.NO_OPEN_DAY.value,
        _("Every open day that is left in the window has a visit already."),
    )
    NO_ENGINEER = Reason.NO_ENGINEER.value, _("On the open days that are left no engineer is free.")
    BY_HAND = "by_hand", _("Its times were agreed freely: move it by hand.")
    REFUSED = "refused", _("Could not be booked.")


class PlanGap(CustomerOwned):
    """Visits of one contract that a proposal has no place for. `words` say what stood against booking."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="gaps")
    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    visits = models.PositiveSmallIntegerField(_("visits"))
    reason = models.CharField(_("why"), max_length=12, choices=GapReason)
    words = models.CharField(_("in words"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.contract}: {self.visits}, {self.get_reason_display()}"
