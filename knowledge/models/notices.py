"""Known problems and planned maintenance: what schools are told before they ask (rules I6, Y4)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned
from delivery.models import DueRow

NOTICE_TITLE, NOTICE_TEXT = 120, 2000


class NoticeKind(models.TextChoices):
    PROBLEM = "problem", _("Known problem")
    MAINTENANCE = "maintenance", _("Planned maintenance")


class NoticeAudience(models.TextChoices):
    ALL = "all", _("All schools")
    SCHOOLS = "schools", _("Chosen schools")
    PACKAGES = "packages", _("Schools with chosen packages")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LOOKING = "looking", _("Being looked into")
    KNOWN = "known", _("Cause known")
    MENDING = "mending", _("Being mended")
    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    OVER = "over", _("Over")


# What a notice of each kind goes through, the first state being that in which it is published.
STATES_OF: dict[str, tuple[NoticeState, ...]] = {
    NoticeKind.PROBLEM: (NoticeState.LOOKING, NoticeState.KNOWN, NoticeState.MENDING, NoticeState.OVER),
    NoticeKind.MAINTENANCE: (NoticeState.PLANNED, NoticeState.UNDER_WAY, NoticeState.OVER),
}
NOT_CURRENT = (NoticeState.DRAFT, NoticeState.OVER)


class ServiceNotice(DueRow, ProviderOwned):
    """A known problem or planned maintenance as it stands; `version` counts its changes, `text` is the newest news.

    Schools read what is published and meant for them, by the wall itself; that a package is held today, and not only
    once, is asked by `knowledge.notices`. `wake_at` is when somebody is reminded: of the promised news, of the end.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind, default=NoticeKind.PROBLEM)
    title = models.CharField(_("title"), max_length=NOTICE_TITLE)
    text = models.TextField(_("what we know"), max_length=NOTICE_TEXT)
    category = models.ForeignKey(
        "tickets.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(_("for"), max_length=10, choices=NoticeAudience, default=NoticeAudience.ALL)
    packages = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    starts_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    next_news_at = models.DateTimeField(_("next news by"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    over_at = models.DateTimeField(_("over since"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="notice_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.PROBLEM, ends_at__isnull=True)
                | Q(kind=NoticeKind.MAINTENANCE, ends_at__isnull=False),
                name="notice_of_maintenance_ends",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DRAFT) ^ Q(published_at__isnull=False),
                name="notice_published_or_draft",
            ),
            models.CheckConstraint(
                condition=Q(~Q(state=NoticeState.OVER), over_at__isnull=True)
                | Q(state=NoticeState.OVER, over_at__isnull=False, wake_at__isnull=True),
                name="notice_over_at_rest",
            ),
            models.CheckConstraint(
                condition=Q(packages=[]) ^ Q(audience=NoticeAudience.PACKAGES), name="notice_packages_named"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"], name="notice_due", condition=Q(wake_at__isnull=False)
            ),
            models.Index(fields=["provider", "state", "-starts_at"], name="notice_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == NoticeState.DRAFT

    @property
    def is_over(self) -> bool:
        return self.state == NoticeState.OVER

    @property
    def is_current(self) -> bool:
        return self.state not in NOT_CURRENT

    @property
    def is_maintenance(self) -> bool:
        return self.kind == NoticeKind.MAINTENANCE


class NoticeSchool(CustomerOwned):
    """One of the schools that a notice is for, where it is for chosen ones."""

    notice = models.ForeignKey(ServiceNotice, on_delete=models.CASCADE, related_name="schools")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "customer"], name="notice_school_once")]

    def __str__(self) -> str:
        return f"{self.notice}: {self.customer}"


class NoticeUpdate(ProviderOwned):
    """What was told of a notice, by whom and when, and where it stood from then on. Append-only."""

    notice = models.ForeignKey(ServiceNotice, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=NoticeState)
    text = models.TextField(_("what is new"), max_length=NOTICE_TEXT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    next_news_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["notice", "number"], name="notice_update_once")]

    def __str__(self) -> str:
        return f"{self.notice} {self.number}"


class NoticeTicket(CustomerOwned):
    """A ticket that is about a notice. `answered_at`: when it had the answer that went to all of them."""

    notice = models.ForeignKey(ServiceNotice, on_delete=models.CASCADE, related_name="links")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="notice_links")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["notice", "ticket"], name="notice_ticket_once")]

    def __str__(self) -> str:
        return f"{self.notice}: {self.ticket}"


class NoticeFollower(DueRow, CustomerOwned):
    """Somebody of a school who is told of news by mail: of each update with a number above `told`, once.

    They have read the others. `ended_at`: they want no more of it.
    """

    notice = models.ForeignKey(ServiceNotice, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    told = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="notice_follower_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(wake_at__isnull=True), name="notice_follower_at_rest"
            ),
        ]
        indexes = [
            models.Index(
                fields=["provider", "wake_at"],
                name="notice_follower_due",
                condition=Q(wake_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.person}"
