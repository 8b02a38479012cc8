"""Whether a ticket is covered: every answer that was given, and who overruled which and why (Rule P1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from contracts.models import Answer, ClauseTopic


class CoverageRecord(CustomerOwned):
    """One answer, as the clause read at that time. Append-only: the newest of a ticket holds.

    A row that `overrules` another has its `reason`; the other one stays beside it.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="coverage_records")
    topic = models.CharField(_("what it is about"), max_length=24, choices=ClauseTopic)
    facts = models.JSONField(_("facts"), default=dict, blank=True)  # by key of contracts.coverage.FACTS
    answer = models.CharField(_("answer"), max_length=16, choices=Answer)
    decided_by = models.CharField(_("clause"), max_length=24, choices=ClauseTopic)
    wording = models.TextField(_("wording"))
    package_name = models.CharField(_("package"), max_length=80)
    edition_label = models.CharField(_("edition"), max_length=40)
    is_varied = models.BooleanField(_("varied by agreement"), default=False)
    overrules = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="overruled_by"
    )
    reason = models.CharField(_("why"), max_length=300, blank=True, default="")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(overrules__isnull=True, reason="") | Q(~Q(reason=""), overrules__isnull=False),
                name="coverage_overruled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.get_answer_display()}"

    @property
    def clause_words(self) -> str:
        """'Classroom AV, On-Demand Support, v3.2'."""
        return f"{self.get_decided_by_display()}, {self.package_name}, {self.edition_label}"
