"""Escalation, the reasons of misses and the explanations that customers get (rules E1, S11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class EscalationStage(models.IntegerChoices):
    LEVEL_1 = 1, _("Level 1")
    LEVEL_2 = 2, _("Level 2")
    MANAGERS = 3, _("Customer success manager and technical lead")
    SENIOR_MANAGEMENT = 4, _("Senior management")


class EscalationTrigger(models.TextChoices):
    TECHNICIAN = "technician", _("By the technician")
    CUSTOMER = "customer", _("Asked for in the portal")
    TIME = "time", _("By time")


class Escalation(CustomerOwned):
    """One step on the path, up or handed back down. It is never edited; the customer is told of each."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="escalations")
    from_stage = models.PositiveSmallIntegerField(choices=EscalationStage)
    to_stage = models.PositiveSmallIntegerField(choices=EscalationStage)
    trigger = models.CharField(max_length=12, choices=EscalationTrigger)
    reason = models.CharField(_("reason"), max_length=300)
    actor = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket} to {self.get_to_stage_display()}"

    @property
    def is_up(self) -> bool:
        return self.to_stage > self.from_stage


class MissCause(models.TextChoices):
    """Why a deadline was missed. The first four are outside our control: they explain, they never exempt (S11)."""

    HARDWARE_PARTS = "hardware_parts", _("Waiting for hardware parts")
    THIRD_PARTY_SOFTWARE = "third_party_software", _("A third party's software")
    ACT_OF_GOD = "act_of_god", _("Act of God")
    ADVICE_NOT_FOLLOWED = "advice_not_followed", _("Our advice was not followed")
    WORKLOAD = "workload", _("Too much work at once")
    MISJUDGED = "misjudged", _("Misjudged or overlooked")
    DIAGNOSIS = "diagnosis", _("Hard to diagnose")
    WAITED_FOR_SCHOOL = "waited_for_school", _("Waiting for the school's answer")
    OTHER = "other", _("Another reason")


class BreachReason(CustomerOwned):
    """The reason of one missed clock, asked for before the ticket can be closed."""

    clock = models.OneToOneField("sla.Clock", on_delete=models.CASCADE, related_name="breach_reason")
    cause = models.CharField(_("reason"), max_length=24, choices=MissCause)
    words = models.CharField(_("in your words"), max_length=500, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_cause_display()


class Explanation(CustomerOwned):
    """Why we are in danger of missing a deadline and what is being done: a draft until a person confirms it (S11)."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="explanations")
    clock = models.ForeignKey("sla.Clock", on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField()
    draft = models.TextField()
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.OneToOneField(
        "tickets.Message", on_delete=models.SET_NULL, null=True, blank=True, related_name="explanation"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["clock", "generation"], name="explanation_once")]

    def __str__(self) -> str:
        return f"explanation {self.pk}"
