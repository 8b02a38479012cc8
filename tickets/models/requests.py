"""What was asked through a form: its answers, by when it is needed, and the school's own approval (Rule I10)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned
from delivery.models import DueRow
from tickets.models.request_forms import APPROVER_ROLES

NOTE_LENGTH = 300


class TicketRequest(DueRow, CustomerOwned):
    """A ticket that was made through a form. The sweeper reminds of `needed_by`, a local day, one working day before.

    `title` is the form's as it was then. `urgent_why` says why it is needed before we promise it.
    """

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="asked")
    form = models.ForeignKey("tickets.RequestForm", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=80)
    message = models.OneToOneField("tickets.Message", on_delete=models.CASCADE, related_name="asked_in")
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    urgent_why = models.CharField(_("why it is urgent"), max_length=NOTE_LENGTH, blank=True)
    changes_account = models.BooleanField(_("changes an account or access"), default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="ticket_request_due",
                condition=Q(wake_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title


class RequestAnswer(CustomerOwned):
    """One answer, with the question in the words in which it was asked. `person`: whom of the school it names."""

    asked = models.ForeignKey(TicketRequest, on_delete=models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)
    value = models.TextField()
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["asked", "position"], name="request_answer_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class ApprovalState(models.TextChoices):
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


class RequestApproval(DueRow, CustomerOwned):
    """The school's own yes or no to a request. Until it is approved no clock of the ticket runs.

    Whoever holds one of `roles` at the school when they decide may decide; `asked_of` are the names of those who were
    asked, in words. The sweeper reminds them once.
    """

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="approval")
    roles = ArrayField(models.CharField(max_length=20, choices=APPROVER_ROLES))
    asked_of = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.WAITING)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(state="waiting"), decided_at__isnull=False, decided_by__isnull=False),
                name="request_approval_decided_by_somebody",
            )
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="approval_reminder_due",
                condition=Q(wake_at__isnull=False),
            ),
            models.Index(
                fields=["provider", "customer"], name="approval_waiting", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.get_state_display()}"
