"""Complaints: what went wrong, who decides, by when, and what came of it (Rule E2)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow
from tickets.models import Channel

USUAL_HOURS = 40


class Stage(models.IntegerChoices):
    """Who decides. A complaint goes up, never down."""

    TECHNICIAN = 1, _("The technician in charge")
    SUCCESS_MANAGER = 2, _("Customer success manager")
    LEADS = 3, _("Technical leads")
    SENIOR_MANAGEMENT = 4, _("Senior management")


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")


class Complaint(DueRow, CustomerOwned):
    """One complaint. It is open until `decided_at`; a school that is not satisfied opens it again, once.

    `about` is the person complained about, who neither reads nor decides it. `technician` is who was in charge of the
    ticket when it was raised. `wake_at` is the reminder, then `answer_by`, the promise to the school.
    """

    number = models.PositiveIntegerField(_("number"))
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    raised_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    about = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    technician = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wrong = models.TextField(_("what went wrong"), max_length=4000)
    remedy = models.TextField(_("what would put it right"), max_length=4000, blank=True, default="")
    stage = models.PositiveSmallIntegerField(_("with"), choices=Stage)
    raised_at = models.DateTimeField(_("raised"))
    answer_by = models.DateTimeField(_("answer by"))
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    done = models.TextField(_("what was done"), max_length=4000, blank=True, default="")
    change = models.TextField(_("what we change"), max_length=4000, blank=True, default="")
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    unsatisfied_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")  # of the form that raised it, sent once

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="complaint_number_once"),
            models.UniqueConstraint(
                fields=["customer", "digest"], condition=~Q(digest=""), name="complaint_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | Q(~Q(outcome=""), decided_at__isnull=False, decided_by__isnull=False, wake_at__isnull=True),
                name="complaint_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(about__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(about=models.F("decided_by")),
                name="complaint_not_judge_of_oneself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="complaint_due", condition=Q(wake_at__isnull=False)
            ),
            models.Index(fields=["provider", "stage", "answer_by"], name="complaint_by_stage"),
        ]

    def __str__(self) -> str:
        return f"C{self.number}"

    @property
    def is_open(self) -> bool:
        return self.decided_at is None

    @property
    def may_go_on(self) -> bool:
        """Whether the school may still say that it is not satisfied: once, and not after senior management."""
        return not self.is_open and self.unsatisfied_at is None and self.stage < Stage.SENIOR_MANAGEMENT


class StepKind(models.TextChoices):
    RAISED = "raised", _("Raised")
    PASSED_UP = "passed_up", _("Passed up")
    NOTE = "note", _("Internal note")
    NAMED = "named", _("Named whom it is about")
    OVERDUE = "overdue", _("Not answered in time")
    DECIDED = "decided", _("Decided")
    UNSATISFIED = "unsatisfied", _("The school is not satisfied")


INTERNAL = (StepKind.NOTE, StepKind.NAMED, StepKind.OVERDUE)


class ComplaintStep(CustomerOwned):
    """What happened to a complaint: from where, to where, by whom, why and when. Append-only."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind)
    from_stage = models.PositiveSmallIntegerField(choices=Stage)
    to_stage = models.PositiveSmallIntegerField(choices=Stage)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_kind_display()}"


class ComplaintSettings(ProviderOwned):
    """In how many working hours of the desk a complaint is answered. None: `USUAL_HOURS`."""

    answer_hours = models.PositiveSmallIntegerField(
        _("answer complaints within so many working hours"),
        default=USUAL_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(400)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="complaint_settings_once")]

    def __str__(self) -> str:
        return str(_("Complaints"))
