"""Macros: words for an answer, and what else is done when it is sent."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.kept import TEAM_WHERE_ITS_OWN, Kept
from tickets.models.ticket import ClosedAs


class MacroThen(models.TextChoices):
    """What becomes of the ticket after the answer; each is one service of the ticket page."""

    WAIT_SCHOOL = "wait_school", _("Wait for the school")
    WAIT_THIRD_PARTY = "wait_supplier", _("Wait for a third party")
    FIX = "fix", _("Send the answer as the fix")
    CLOSE_FIXED = "close_fixed", _("Close: fixed")
    CLOSE_UNRESOLVED = "close_unsolved", _("Close: could not be resolved, the answer explains it")
    CLOSE_WITHDRAWN = "close_withdrawn", _("Close: withdrawn by the school")
    CLOSE_SPAM = "close_spam", _("Close: spam")


WAITS_FOR = {MacroThen.WAIT_SCHOOL: "customer", MacroThen.WAIT_THIRD_PARTY: "third_party"}
CLOSES_AS = {
    MacroThen.CLOSE_FIXED: ClosedAs.FIXED,
    MacroThen.CLOSE_UNRESOLVED: ClosedAs.UNRESOLVED,
    MacroThen.CLOSE_WITHDRAWN: ClosedAs.WITHDRAWN,
    MacroThen.CLOSE_SPAM: ClosedAs.SPAM,
}
# With these the answer is the service's own: without words there is nothing to send.
SAYS = frozenset({MacroThen.FIX, MacroThen.CLOSE_UNRESOLVED})


class Macro(Kept):
    """Words at hand, in the composer of a ticket and, where it is words alone, in a chat.

    `text` and `note` may hold variables (`tickets.macros`). What it does: `takes` gives the ticket to whoever sends,
    `to_team` back to a team; another `level`; `then`. Nothing of it happens before a person sends the answer.
    """

    name = models.CharField(_("name"), max_length=80, validators=[MinLengthValidator(2)])
    text = models.TextField(_("answer to the school"), max_length=5000, blank=True)
    note = models.TextField(_("note for staff"), max_length=2000, blank=True)
    takes = models.BooleanField(default=False)
    to_team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey(
        "sla.ServiceLevel", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level_reason = models.CharField(max_length=300, blank=True)
    then = models.CharField(max_length=15, choices=MacroThen, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["audience", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=TEAM_WHERE_ITS_OWN, name="macro_team"),
            models.CheckConstraint(
                condition=Q(takes=False) | Q(to_team__isnull=True), name="macro_one_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["provider"], name="macro_kept", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_words_alone(self) -> bool:
        """Whether it does nothing but say something."""
        does = self.note or self.takes or self.to_team_id or self.level_id or self.then
        return bool(self.text) and not does
