"""What a piece of work outside the contract would cost, from the question to the school's decision (rules P1, T3)."""

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from quotes.totals import Totals, line_total, totals_of

USUAL_VAT = Decimal("20.00")  # the United Kingdom's standard rate


class QuoteState(models.TextChoices):
    DRAFT = "draft", _("To be written")
    SENT = "sent", _("With the school")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Quote(CustomerOwned):
    """One quote. Its lines and words change in DRAFT only; what was sent stays as it was read.

    Schools see those with `sent_at`, whatever became of them afterwards.

    Amounts are pounds sterling; lines are without VAT. Days are local to the provider.
    """

    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(_("what it is for"), max_length=200)
    wanted = models.TextField(_("what is wanted"), max_length=4000)  # for staff
    words = models.TextField(_("words for the school"), max_length=4000, blank=True, default="")
    vat_percent = models.DecimalField(
        _("VAT in percent"),
        max_digits=5,
        decimal_places=2,
        default=USUAL_VAT,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=QuoteState, default=QuoteState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    revises = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="revised_by"
    )
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    purchase_order = models.CharField(_("purchase order"), max_length=60, blank=True, default="")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "number"], name="quote_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(sent_at__isnull=False, valid_until__isnull=False),
                name="quote_sent_with_its_terms",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "declined"], decided_at__gte=F("sent_at"))
                | Q(~Q(state__in=["accepted", "declined"]), decided_at__isnull=True),
                name="quote_decided_after_sending",
            ),
        ]
        indexes = [models.Index(fields=["provider", "state", "-number"], name="quote_by_state")]

    def __str__(self) -> str:
        return f"Q{self.number}"

    @cached_property
    def priced(self) -> list["QuoteLine"]:
        """The lines in their order; one read for each quote."""
        return list(self.lines.all())

    @property
    def totals(self) -> Totals:
        return totals_of((line.amount for line in self.priced), self.vat_percent)

    def has_run_out(self, today: date) -> bool:
        """Whether the school has let the last day for its answer pass."""
        return self.state == QuoteState.SENT and self.valid_until is not None and self.valid_until < today


class QuoteLine(CustomerOwned):
    """One priced line. A discount is a line with a negative price."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(_("description"), max_length=300)
    quantity = models.DecimalField(_("quantity"), max_digits=8, decimal_places=2)
    unit_price = models.DecimalField(_("price each, without VAT"), max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_line_place_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_line_of_something"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Decimal:
        """Pounds, without VAT."""
        return line_total(self.quantity, self.unit_price)


class QuoteStepKind(models.TextChoices):
    ASKED = "asked", _("Asked for")
    WRITTEN = "written", _("Written")
    SENT = "sent", _("Sent to the school")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVISED = "revised", _("Replaced by a new quote")


class QuoteStep(CustomerOwned):
    """What happened to a quote, by whom and why. Append-only."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=QuoteStepKind)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.quote}: {self.get_kind_display()}"
