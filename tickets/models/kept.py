"""What people of the desk keep for themselves, a team or everybody: views of the queue, macros."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class Audience(models.TextChoices):
    """Who sees it."""

    OWN = "own", _("Only me")
    TEAM = "team", _("A team")
    SHARED = "shared", _("Everybody at the desk")


# A condition for a constraint of each such table.
TEAM_WHERE_ITS_OWN = Q(audience="team", team__isnull=False) | (~Q(audience="team") & Q(team__isnull=True))


class Kept(ProviderOwned):
    """One kept thing. A removed one stays as a row, so that removing can be undone."""

    audience = models.CharField(_("who sees it"), max_length=6, choices=Audience)
    owner = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
