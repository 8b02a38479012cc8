"""The forms of the portal as data: everyday requests, and the few questions that matter for a category (Rule I10)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerRole
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.models import ProviderOwned

# Who may approve: the named contacts who see the whole school, and so the request.
APPROVER_ROLES = tuple((role.value, role.label) for role in CustomerRole if role in SEES_WHOLE_SCHOOL)


class RequestKind(models.TextChoices):
    STARTER = "starter", _("New starter")
    LEAVER = "leaver", _("Leaver")
    MOVER = "mover", _("Mover or change of role")
    EQUIPMENT = "equipment", _("New equipment")
    PASSWORD = "password", _("Password reset")
    ROOM_MOVE = "room_move", _("Room move")
    OTHER = "other", _("Another everyday request")
    CATEGORY = "category", _("Questions about a category")


class QuestionKind(models.TextChoices):
    SHORT = "short", _("Short text")
    LONG = "long", _("Long text")
    CHOICE = "choice", _("One of several")
    CHOICES = "choices", _("Several of several")
    DATE = "date", _("Date")
    PERSON = "person", _("Person of the school")
    NUMBER = "number", _("Number")
    YES_NO = "yes_no", _("Yes or no")


WITH_CHOICES = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


class RequestForm(ProviderOwned):
    """What the portal asks for one everyday request, or beside the usual words for one category.

    It is never removed, only offered or not; what tickets were asked stays with them. `changes_account`: somebody's
    password, account or access changes, so that the caller's identity matters (Rule T6). A category's questions have
    neither a level nor an approval of their own.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind)
    title = models.CharField(_("title"), max_length=80)
    intro = models.TextField(_("introduction"), max_length=1000, blank=True)
    icon = models.CharField(_("picture"), max_length=40, default="clipboard-list")
    category = models.ForeignKey(
        "tickets.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.ForeignKey(
        "sla.ServiceLevel", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    needs_approval = models.BooleanField(_("a named contact approves it first"), default=False)
    approver_roles = ArrayField(
        models.CharField(max_length=20, choices=APPROVER_ROLES), default=list, blank=True
    )
    asks_needed_by = models.BooleanField(_("ask by when it is needed"), default=False)
    changes_account = models.BooleanField(_("changes an account or access"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["category"], condition=Q(kind="category"), name="request_form_of_category_once"
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False) | ~Q(approver_roles=[]),
                name="request_form_names_its_approvers",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_everyday(self) -> bool:
        return self.kind != RequestKind.CATEGORY


class FormQuestion(ProviderOwned):
    """One question of a form. It can be removed at any time: answers keep the words that they answer."""

    form = models.ForeignKey(RequestForm, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind of answer"), max_length=8, choices=QuestionKind)
    label = models.CharField(_("question"), max_length=120)
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label
