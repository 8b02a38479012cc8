"""When a provider is open: weekly hours, public holidays, shutdowns and other closures, in local dates (Rule S15)."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Nation
from accounts.tenancy.managers import ProviderManager, SharedManager
from accounts.tenancy.models import CustomerOwned, MaybeCustomerOwned, ProviderOwned


class BusinessCalendar(ProviderOwned):
    """Desk hours, on-site hours or a customer's own service window. Clocks run inside one of them (Rule S3)."""

    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    always_open = models.BooleanField(_("open day and night, every day"), default=False)
    nation = models.CharField(
        _("public holidays of"),
        max_length=20,
        choices=Nation,
        blank=True,
        help_text=_("Empty: open on public holidays."),
    )
    keeps_closures = models.BooleanField(
        _("closed in the Christmas shutdown and other closures"), default=True
    )
    is_default = models.BooleanField(_("the desk's own hours"), default=False)
    # Open for a customer only while an engineer is at it: its hours are the customer's rows of `OnSiteTime` (Rule S7).
    runs_in_visits = models.BooleanField(default=False, editable=False)
    # A variant has the hours, holidays and closures of the calendar that it follows, but for some days of its own.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants"
    )
    own_days = models.JSONField(default=list, blank=True)  # of a variant: see `sla.variants.OwnDays`
    variant_key = models.CharField(max_length=64, blank=True, default="")  # digest of `own_days`

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="calendar_name_once"),
            models.UniqueConstraint(fields=["follows", "variant_key"], name="calendar_variant_once"),
            models.CheckConstraint(
                condition=models.Q(follows__isnull=True, variant_key="")
                | models.Q(follows__isnull=False, is_default=False) & ~models.Q(variant_key=""),
                name="calendar_variant_has_key",
            ),
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(is_default=True), name="calendar_one_default"
            ),
            models.UniqueConstraint(
                fields=["provider"], condition=models.Q(runs_in_visits=True), name="calendar_one_of_visits"
            ),
            models.CheckConstraint(
                condition=models.Q(runs_in_visits=False)
                | models.Q(
                    always_open=False, is_default=False, keeps_closures=False, nation="", follows=None
                ),
                name="calendar_of_visits_is_nothing_else",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpeningWindow(ProviderOwned):
    """One stretch of opening on a weekday; several a day are allowed. Closing at 00:00 means midnight that night."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "weekday", "opens"], name="window_once"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")) | models.Q(closes="00:00"),
                name="window_forwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class PublicHoliday(ProviderOwned):
    """A stored public holiday: a package upgrade never moves a deadline silently (Rule S3)."""

    nation = models.CharField(_("nation"), max_length=20, choices=Nation)
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=60, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["provider", "nation", "day"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.name}, {date_format(self.day, 'j M Y')}"


class ClosureKind(models.TextChoices):
    SHUTDOWN = "shutdown", _("Christmas shutdown")
    ONE_OFF = "one_off", _("One-off closure")
    EXTRA_OPENING = "extra_opening", _("Extra opening")


class Closure(MaybeCustomerOwned):
    """A stretch of local time in which a provider is closed (or, for once, open); with a customer, for it alone.

    It runs from `from_time` on the first day to `to_time` on the last; without times, whole days.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=ClosureKind, default=ClosureKind.ONE_OFF)
    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("until"), null=True, blank=True)

    objects: ClassVar[ProviderManager[Self]] = SharedManager()

    class Meta:
        ordering = ["first_day", "from_time"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="closure_forwards"
            )
        ]

    def __str__(self) -> str:
        first, last = date_format(self.first_day, "j M Y"), date_format(self.last_day, "j M Y")
        return f"{self.name}, {first}" if first == last else f"{self.name}, {first} to {last}"

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day is before the first day.")})
        same_day = self.first_day == self.last_day
        if same_day and self.from_time and self.to_time and self.to_time <= self.from_time:
            raise ValidationError({"to_time": _("The end is not after the start.")})

    @property
    def opens(self) -> bool:
        return self.kind == ClosureKind.EXTRA_OPENING


class OnSiteTime(CustomerOwned):
    """A stretch of a local day in which an engineer was or will be at the customer's (Rule S7)."""

    day = models.DateField(_("day"))
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        ordering = ["day", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="on_site_forwards")
        ]
        indexes = [models.Index(fields=["customer", "day"], name="on_site_of_customer")]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.opens:%H:%M}-{self.closes:%H:%M}"


class CalendarVersion(ProviderOwned):
    """A calendar as it stood, pinned by clocks. Addressed by its content, so the same calendar is stored once."""

    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "sha256"], name="calendar_version_once")]

    def __str__(self) -> str:
        return self.sha256[:12]


class CalendarRevision(ProviderOwned):
    """Which edition of a provider's calendar rows holds. Only the triggers on those rows write it (`sla.calendars`)."""

    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider"], name="calendar_revision_once")]

    def __str__(self) -> str:
        return str(self.number)
