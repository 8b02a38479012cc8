"""Views of the queue that people keep: a name, a picture, and what the queue was narrowed to."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.kept import TEAM_WHERE_ITS_OWN, Kept


class ViewIcon(models.TextChoices):
    """The pictures to choose from; each is one of the icons of the design system."""

    INBOX = "inbox", _("Inbox")
    PERSON = "user-round", _("Person")
    CALENDAR = "calendar", _("Calendar")
    CLOCK = "clock-alert", _("Clock")
    HOURGLASS = "hourglass", _("Hourglass")
    PHONE = "phone", _("Telephone")
    FILTER = "list-filter", _("Filter")


class SavedView(Kept):
    """One kept view. `base` is the key of the fixed view that it narrows, `chosen` the filters as the queue's form
    takes them: a name each, and what was chosen as text.
    """

    name = models.CharField(_("name"), max_length=40, validators=[MinLengthValidator(2)])
    icon = models.CharField(_("picture"), max_length=20, choices=ViewIcon, default=ViewIcon.FILTER)
    base = models.CharField(max_length=20)
    chosen = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["audience", "team_id", "position", "id"]
        constraints = [models.CheckConstraint(condition=TEAM_WHERE_ITS_OWN, name="saved_view_team")]
        indexes = [
            models.Index(fields=["provider"], name="saved_view_kept", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
