"""'How did we do?': one question for each closing of a request, and its answer (rules I6, R1)."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

ANSWERS_FOR = timedelta(days=30)  # from the closing for the first answer, from the first answer for changes
COMMENT_LENGTH = 2000
USUAL_GAP = 7  # days between two mails to one person
LONGEST_GAP = 365


class Answer(models.TextChoices):
    GOOD = "good", _("Good")
    ALL_RIGHT = "all_right", _("All right")
    POOR = "poor", _("Poor")


class SatisfactionQuestion(DueRow, CustomerOwned):
    """What `person` is asked about one closing of a ticket; `answer` is empty until they have answered.

    A ticket that is opened again keeps it: the next closing has a question of its own. `wake_at` is when it is mailed,
    if it is; in the portal it stands at once.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="satisfaction_questions"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed"))  # the ticket's, of this closing
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True, default="")
    comment = models.TextField(_("comment"), max_length=COMMENT_LENGTH, blank=True, default="")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "closed_at"], name="satisfaction_once_for_a_closing"),
            models.CheckConstraint(
                condition=Q(answer="", comment="", answered_at__isnull=True, changed_at__isnull=True)
                | Q(~Q(answer=""), answered_at__isnull=False, changed_at__isnull=False),
                name="satisfaction_answered_with_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="satisfaction_due", condition=Q(wake_at__isnull=False)
            ),
            models.Index(fields=["provider", "customer", "closed_at"], name="satisfaction_of_customer"),
            models.Index(
                fields=["provider", "-answered_at"],
                name="satisfaction_newest",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(
                fields=["person", "-mailed_at"],
                name="satisfaction_last_mail",
                condition=Q(mailed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def open_until(self) -> datetime:
        """The last instant at which an answer is taken or changed."""
        return (self.answered_at or self.closed_at) + ANSWERS_FOR


class SatisfactionSettings(ProviderOwned):
    """Whether a provider's schools are asked, and how often one person is mailed. None: asked, with `USUAL_GAP`."""

    is_asked = models.BooleanField(
        _("ask how we did when a request is closed"), default=True, db_default=True
    )
    gap_days = models.PositiveSmallIntegerField(
        _("days between two such mails to one person"),
        default=USUAL_GAP,
        db_default=USUAL_GAP,
        validators=[MaxValueValidator(LONGEST_GAP)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="satisfaction_settings_once")]

    def __str__(self) -> str:
        return str(_("Satisfaction"))
