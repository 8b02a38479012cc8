"""The quarterly service status report of a customer (Rule R1)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from sla.quarters import Quarter

WORDS_LIMIT = 6000


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")


class QuarterlyReport(CustomerOwned):
    """The customer success manager's words beside the figures of one quarter.

    While it is a draft the figures are counted anew each time. Releasing freezes words, figures, the rows
    behind them and the PDF; from then on the database refuses every change, and the school can see it.
    """

    quarter = models.CharField(_("quarter"), max_length=6)  # '2026Q3'
    state = models.CharField(_("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT)
    introduction = models.TextField(_("introduction"), blank=True, max_length=WORDS_LIMIT)
    about_misses = models.TextField(_("what we did about the misses"), blank=True, max_length=WORDS_LIMIT)
    next_steps = models.TextField(_("what comes next"), blank=True, max_length=WORDS_LIMIT)
    version = models.PositiveIntegerField(default=1)  # grows with every change: an older form is stopped
    created_at = models.DateTimeField(auto_now_add=True)

    figures = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    evidence = models.JSONField(null=True, encoder=DjangoJSONEncoder)  # the rows behind the figures (Rule R3)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, blank=True)  # of the PDF
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-quarter", "customer__name"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "quarter"], name="report_once_per_quarter"),
            models.CheckConstraint(
                condition=Q(quarter__regex=r"^[0-9]{4}Q[1-4]$"), name="report_quarter_written"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ReportState.DRAFT, pdf__isnull=True, figures__isnull=True, released_at__isnull=True
                )
                | Q(
                    state=ReportState.RELEASED,
                    pdf__isnull=False,
                    figures__isnull=False,
                    evidence__isnull=False,
                    released_at__isnull=False,
                ),
                name="report_released_whole",
            ),
        ]
        indexes = [models.Index(fields=["provider", "quarter"], name="report_of_quarter")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.quarter}"

    @property
    def is_released(self) -> bool:
        return self.state == ReportState.RELEASED

    @property
    def of(self) -> Quarter:
        return Quarter.parse(self.quarter)
