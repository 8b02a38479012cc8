"""Tickets: what a school needs, who works on it, and the two clocks that hold the promise."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

if TYPE_CHECKING:
    from tickets.changes import Journal


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("Telephone")
    CHAT = "chat", _("Chat")
    ON_SITE = "on_site", _("On site")
    MONITORING = "monitoring", _("Monitoring")


class TicketState(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for the school")
    WAITING_THIRD_PARTY = "waiting_third_party", _("Waiting for a third party")
    FIXED = "fixed", _("Fixed")
    CLOSED = "closed", _("Closed")
    WAITING_APPROVAL = "waiting_approval", _("Waiting for approval")


class ClosedAs(models.TextChoices):
    """How a ticket ended. What is no request of the school counts in no figure (Rule S6)."""

    FIXED = "fixed", _("Fixed")
    UNRESOLVED = "unresolved", _("Could not be resolved; explained to the school")
    WITHDRAWN = "withdrawn", _("Withdrawn by the school")
    SPAM = "spam", _("Spam")
    MERGED = "merged", _("Dealt with in another ticket")


NOT_COUNTED = frozenset({ClosedAs.WITHDRAWN, ClosedAs.SPAM, ClosedAs.MERGED})
# What somebody may close a ticket as; merging closes by itself.
CLOSABLE_AS = tuple(choice for choice in ClosedAs.choices if choice[0] != ClosedAs.MERGED)

OPEN_STATES = (
    TicketState.NEW,
    TicketState.OPEN,
    TicketState.WAITING_CUSTOMER,
    TicketState.WAITING_THIRD_PARTY,
)
# What waits for the school's own approval is not ours to work on yet, so it is not open; nor has it ended.
UNDER_WAY = (*OPEN_STATES, TicketState.WAITING_APPROVAL)
ENDED = (TicketState.FIXED, TicketState.CLOSED)


class Category(ProviderOwned):
    """What a request is about, in the school's words; also the topic under which coverage is looked up."""

    key = models.SlugField(_("key"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("picture"), max_length=40, default="circle-help")
    topic = models.CharField(_("topic of the package clauses"), max_length=24, blank=True)
    changes_account = models.BooleanField(
        _("changes an account or access"), default=False
    )  # the caller is verified before it is called fixed (Rule T6)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = _("categories")
        constraints = [models.UniqueConstraint(fields=["provider", "key"], name="category_once")]

    def __str__(self) -> str:
        return self.name


class Ticket(CustomerOwned):
    """One request.

    `next_due_at` is the earlier deadline of the clocks that still run, kept for the queue's order; from `next_warn_at`,
    the earlier of their warning points, on it is due soon.
    """

    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(_("subject"), max_length=300)
    is_confidential = models.BooleanField(_("confidential"), default=False)  # named readers only (Rule T6)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requester = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey(
        "sla.ServiceLevel", on_delete=models.PROTECT, related_name="+", verbose_name=_("level")
    )
    state = models.CharField(_("state"), max_length=20, choices=TicketState, default=TicketState.NEW)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assignee = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    escalation_level = models.PositiveSmallIntegerField(_("escalation"), default=1)

    response_clock = models.OneToOneField(
        "sla.Clock", on_delete=models.PROTECT, null=True, blank=True, related_name="answers_ticket"
    )
    fix_clock = models.OneToOneField(
        "sla.Clock", on_delete=models.PROTECT, null=True, blank=True, related_name="fixes_ticket"
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_warn_at = models.DateTimeField(null=True, blank=True)

    logged_at = models.DateTimeField(_("logged"))
    fixed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(_("closed as"), max_length=12, choices=ClosedAs, blank=True)
    coverage = models.OneToOneField(
        "tickets.CoverageRecord", on_delete=models.SET_NULL, null=True, blank=True, related_name="held_by"
    )  # the newest of its answers, which holds
    identity = models.OneToOneField(
        "tickets.IdentityCheck", on_delete=models.SET_NULL, null=True, blank=True, related_name="held_by"
    )  # the newest of its verifications (Rule T6)
    waiting_reason = models.CharField(_("waiting because"), max_length=300, blank=True)
    last_message_at = models.DateTimeField()
    last_message_is_ours = models.BooleanField(default=False)
    promise_at = models.DateTimeField(
        null=True, blank=True
    )  # the response deadline that the acknowledgement named
    version = models.PositiveIntegerField(
        default=1
    )  # grows with every change: a form made against an older one is stopped

    updated_at = models.DateTimeField(auto_now=True)
    words_gone_at = models.DateTimeField(
        null=True, blank=True
    )  # its words and people were removed; the figures stay (Rule T7)

    journal: "Journal | None" = None  # of a locked ticket, never stored

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="ticket_number_once")]
        indexes = [
            models.Index(fields=["provider", "updated_at"], name="ticket_updated"),
            models.Index(
                fields=["provider", "next_due_at", "id"],
                name="ticket_queue",
                condition=models.Q(state__in=["new", "open", "waiting_customer", "waiting_third_party"]),
            ),
            models.Index(
                fields=["provider", "assignee", "next_due_at", "id"],
                name="ticket_own_queue",
                condition=models.Q(state__in=["new", "open", "waiting_customer", "waiting_third_party"]),
            ),
            models.Index(
                fields=["provider", "next_warn_at", "next_due_at"],
                name="ticket_due_soon",
                condition=models.Q(state__in=["new", "open", "waiting_customer", "waiting_third_party"]),
            ),
            models.Index(
                fields=["provider", "id"],
                name="ticket_unapproved",
                condition=models.Q(state="waiting_approval"),
            ),
            models.Index(fields=["provider", "customer", "-id"], name="ticket_of_customer"),
            models.Index(fields=["provider", "-last_message_at"], name="ticket_recent"),
            models.Index(fields=["requester", "-id"], name="ticket_of_person"),
            models.Index(fields=["provider", "customer", "logged_at"], name="ticket_logged"),
            models.Index(fields=["provider", "customer", "closed_at"], name="ticket_closed"),
            models.Index(
                fields=["provider"],
                name="ticket_confidential",
                condition=models.Q(is_confidential=True),
            ),
            GinIndex(fields=["subject"], opclasses=["gin_trgm_ops"], name="ticket_words"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    def desk_path(self, provider_slug: str) -> str:
        return reverse("desk:ticket", args=[provider_slug, self.number])

    def portal_path(self, provider_slug: str) -> str:
        return reverse("portal:ticket", args=[provider_slug, self.number])


class CallOutcome(models.TextChoices):
    """What became of a call-back."""

    REACHED = "reached", _("We spoke")
    MESSAGE = "message", _("I left a message")
    NOBODY = "nobody", _("Nobody answered")
    NOT_NEEDED = "not_needed", _("No call is needed any more")


class CallBack(DueRow, CustomerOwned):
    """A time at which we agreed to telephone somebody (Rule I5). The sweeper reminds the technician."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="call_backs")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    technician = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    phone = models.CharField(_("number"), max_length=40)
    agreed_at = models.DateTimeField(_("call back at"))
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=CallOutcome, blank=True)

    class Meta:
        ordering = ["agreed_at"]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="callback_due", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(
                fields=["provider", "agreed_at"],
                name="callback_open",
                condition=models.Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.agreed_at}"
