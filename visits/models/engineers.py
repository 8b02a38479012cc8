"""When the provider's engineers can be sent to schools. Schools never see these rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned
from sla.models.calendars import Weekday


class EngineerHours(ProviderOwned):
    """A stretch of a weekday, local time, in which somebody of the staff can be on site. Without any: no engineer."""

    engineer = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="engineer_hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["engineer", "weekday", "starts"], name="engineer_hours_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="engineer_hours_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class AbsenceKind(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    ILL = "ill", _("Ill")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Away")


class EngineerAbsence(ProviderOwned):
    """Whole local days, both included, on which an engineer cannot be sent anywhere."""

    engineer = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(_("reason"), max_length=10, choices=AbsenceKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_forwards")
        ]
        indexes = [models.Index(fields=["engineer", "last_day"], name="absence_of_engineer")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_day.isoformat()} to {self.last_day.isoformat()}"
