"""Clocks: a promise that runs in working time, with an append-only history from which its state can be
rebuilt.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from delivery.models import DueRow


class ClockKind(models.TextChoices):
    RESPONSE = "response", _("Reply")
    FIX = "fix", _("Fix")


class ClockState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Waiting")
    MET = "met", _("Met")
    MISSED = "missed", _("Missed")
    VOID = "void", _("Not counted")  # merged, spam, withdrawn


class Apart(models.TextChoices):
    """Why a clock is reported apart from the attainment figures (rules S6, S8)."""

    COUNTED = "", _("Counted")
    EXEMPT = "exempt", _("Exempt")
    CALLOUT = "callout", _("Emergency callout")
    MONITORING = "monitoring", _("Raised by monitoring")


class Clock(DueRow, CustomerOwned):
    """One promise: its start, its allowance, the pinned calendar and terms, and the deadline that follows
    from them.

    `due_at` and `warn_at` are caches that `clock_rebuild` derives again from the events. `wake_at` is the
    sweeper's: the time of the next step, null when no step is left.
    """

    kind = models.CharField(max_length=10, choices=ClockKind)
    level = models.ForeignKey("sla.ServiceLevel", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    apart = models.CharField(max_length=12, choices=Apart, default=Apart.COUNTED, blank=True)

    started_at = models.DateTimeField()
    allowance_minutes = models.PositiveIntegerField()
    target_percent = models.PositiveSmallIntegerField()
    warn_percent = models.PositiveSmallIntegerField()
    pausable_for = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    calendar = models.ForeignKey("sla.BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey("sla.CalendarVersion", on_delete=models.PROTECT, related_name="+")

    due_at = models.DateTimeField(null=True, blank=True)  # null: paused, or no visit is booked to run in
    warn_at = models.DateTimeField(null=True, blank=True)
    due_without_pauses_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(
        default=1
    )  # of the deadline: a new one may warn and breach again
    warned_at = models.DateTimeField(null=True, blank=True)  # in this generation
    breached_at = models.DateTimeField(null=True, blank=True)  # in this generation
    ended_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.GeneratedField(
        expression=Least("ended_at", "due_at"), output_field=models.DateTimeField(null=True), db_persist=True
    )  # decides the quarter: the earlier of its end and its due instant (Rule S6)
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="next"
    )  # the clock that this one follows after a reopening

    class Meta:
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="clock_due", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(fields=["provider", "customer", "counted_at"], name="clock_counted"),
            models.Index(
                fields=["provider", "calendar"],
                name="clock_open",
                condition=models.Q(state__in=["running", "paused"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, state__in=["running", "paused"])
                | models.Q(ended_at__isnull=False, wake_at__isnull=True, state__in=["met", "missed", "void"]),
                name="clock_ended_with_outcome",
            ),
            # A clock without a deadline cannot miss it.
            models.CheckConstraint(
                condition=~models.Q(state="met")
                | models.Q(due_at__isnull=True)
                | models.Q(ended_at__lte=models.F("due_at")),
                name="clock_met_in_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="missed")
                | models.Q(due_at__isnull=False, ended_at__gt=models.F("due_at")),
                name="clock_missed_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} clock {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in {ClockState.RUNNING, ClockState.PAUSED}


class ClockPause(CustomerOwned):
    """Time in which the clock stands still because the terms grant it (Rule S10)."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    waiting_for = models.CharField(max_length=20)
    reason = models.CharField(_("reason"), max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=models.Q(ends_at__isnull=True), name="pause_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_at} to {self.ends_at}"


class ClockEventKind(models.TextChoices):
    STARTED = "started", _("Started")
    PAUSED = "paused", _("Waiting began")
    RESUMED = "resumed", _("Waiting ended")
    RECOMPUTED = "recomputed", _("Deadline recomputed")
    RESTARTED = "restarted", _("Measured from another instant")
    WARNED = "warned", _("Warned")
    BREACHED = "breached", _("Deadline missed")
    REINSTATED = "reinstated", _("Back inside its time")
    MET = "met", _("Met")
    MISSED = "missed", _("Ended late")
    SET_APART = "set_apart", _("Reported apart")
    VOIDED = "voided", _("No longer counted")
    UNVOIDED = "unvoided", _("Counted again")


class ClockEvent(CustomerOwned):
    """One thing that happened to a clock. Nobody can change or remove it. `due_at` is the deadline from then
    on.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=ClockEventKind)
    at = models.DateTimeField()
    generation = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=300, blank=True)
    is_late = models.BooleanField(default=False)  # done after an outage, later than it should have been
    actor = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["id"]
        constraints = [
            # The last line of defence of 'exactly once': no step of a generation can be recorded twice (Rule
            # S14).
            models.UniqueConstraint(
                fields=["clock", "generation", "kind"],
                condition=models.Q(kind__in=["warned", "breached"]),
                name="clock_step_once",
            )
        ]
        indexes = [models.Index(fields=["clock", "id"], name="clock_event_history")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.clock_id}"
