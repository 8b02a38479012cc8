"""Variations of a contract: what was agreed to differ from its package, from which day, and for which clocks (Rule P8).

The rows are history: nobody can change or remove one. A correction is a further row that `replaces` an earlier one.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from delivery.models import DueRow


class Varied(models.TextChoices):
    """What a variation is about."""

    CALENDAR = "calendar", _("Service hours")
    CLOSURE = "closure", _("A closure")
    RESPONSE = "response", _("Reply time")
    FIX = "fix", _("Fix time")
    TARGET = "target", _("Target")
    PAUSE = "pause", _("While we wait")
    VISITS = "visits", _("Visits purchased a year")
    WINDOW = "window", _("Scheduled visits")
    CLAUSE = "clause", _("What is covered")


# The columns that each kind of variation fills; all others stay empty.
FILLED: dict[str, tuple[str, ...]] = {
    Varied.CALENDAR: ("calendar",),
    Varied.CLOSURE: ("first_day", "last_day", "is_closed", "words"),
    Varied.RESPONSE: ("level", "number"),
    Varied.FIX: ("level", "number"),
    Varied.TARGET: ("level", "number"),
    Varied.PAUSE: ("choice",),
    Varied.VISITS: ("number",),
    Varied.WINDOW: ("choice",),
    Varied.CLAUSE: ("topic", "choice", "words"),
}
NULLED = ("calendar", "level", "number", "first_day", "last_day", "is_closed")
BLANKED = ("topic", "choice", "words")
# "" is a visit window too: no scheduled visits.
MAY_BE_BLANK = {(Varied.WINDOW, "choice")}


class Extent(models.TextChoices):
    """Which clocks a variation reaches. Without more, clocks that started before it keep the old terms (Rule P8)."""

    NEW = "new", _("Only requests that come in while it holds")
    RUNNING = "running", _("Also requests that are open when it begins")
    ALL = "all", _("All requests: open ones change when it begins and change back when it ends")


def _filled(kind: str) -> Q:
    condition = Q(varied=kind)
    for name in NULLED:
        condition &= Q(**{f"{name}__isnull": name not in FILLED[kind]})
    for name in BLANKED:
        if name not in FILLED[kind]:
            condition &= Q(**{name: ""})
        elif (kind, name) not in MAY_BE_BLANK:
            condition &= ~Q(**{name: ""})
    return condition


def _typed() -> Q:
    condition = Q()
    for kind in Varied:
        condition |= _filled(kind)
    return condition


class Variation(CustomerOwned):
    """One line of the agreement's variations. Days are local to the provider and included."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="variations")
    varied = models.CharField(_("what differs"), max_length=10, choices=Varied)
    thing = models.CharField(max_length=60)  # two variations of the same thing never hold on the same day
    calendar = models.ForeignKey(
        "sla.BusinessCalendar", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey(
        "sla.ServiceLevel", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.PositiveIntegerField(null=True, blank=True)  # working minutes, per cent or visits
    first_day = models.DateField(null=True, blank=True)  # of the closure
    last_day = models.DateField(null=True, blank=True)
    is_closed = models.BooleanField(null=True, blank=True)  # closed too, or the closure does not hold
    topic = models.CharField(max_length=24, blank=True, default="")  # a `ClauseTopic`
    choice = models.CharField(max_length=16, blank=True, default="")  # pause policy, visit window or answer
    words = models.TextField(blank=True, default="")  # the clause, or the closure's name

    holds_from = models.DateField(_("holds from"))
    holds_until = models.DateField(_("last day"), null=True, blank=True)
    extent = models.CharField(_("extent"), max_length=8, choices=Extent, default=Extent.NEW)
    note = models.TextField(_("note"), blank=True, default="")
    approved_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    is_withdrawn = models.BooleanField(default=False)  # the row takes back the one that it replaces

    class Meta:
        ordering = ["holds_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holds_until__isnull=True) | Q(holds_until__gte=F("holds_from")),
                name="variation_forwards",
            ),
            models.CheckConstraint(condition=_typed(), name="variation_typed"),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(replaces__isnull=False),
                name="variation_withdraws_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_varied_display()} from {self.holds_from.isoformat()}"

    def value(self) -> dict[str, Any]:
        """What differs, by the columns that this kind of variation fills."""
        return {name: getattr(self, name) for name in FILLED[self.varied]}


class VariationPeriod(CustomerOwned):
    """The days of a variation that no later row replaces. Only the trigger on `Variation` writes it.

    Here the database keeps two variations of the same thing apart, while the rows of the history stay as they are.
    """

    variation = models.OneToOneField(Variation, on_delete=models.CASCADE, related_name="period")
    # A contract with variations cannot be removed, and nobody but the trigger removes a period.
    contract = models.ForeignKey("contracts.Contract", on_delete=models.DO_NOTHING, related_name="+")
    thing = models.CharField(max_length=60)
    holds_from = models.DateField()
    holds_until = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="variation_one_at_a_time",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    ("thing", RangeOperators.EQUAL),
                    (
                        Func(F("holds_from"), F("holds_until"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing} from {self.holds_from.isoformat()}"


class VariationTurn(DueRow, CustomerOwned):
    """A coming day on which open requests get other terms, since a variation begins or ends that reaches them."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "day"], name="variation_turn_once"),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="variation_turn_due",
                condition=Q(wake_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} on {self.day.isoformat()}"
