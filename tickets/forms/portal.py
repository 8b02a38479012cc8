"""Forms of the portal, in the school's words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sla.models import ServiceLevel
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField, own_schools
from tickets.forms.requests import QuestionsForm
from tickets.models import Category


def categories() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True)


def levels() -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.all()


def who_is_affected(level: ServiceLevel) -> str:
    return level.portal_words or level.impact


class NewRequestForm(QuestionsForm):
    """'Tell us what is wrong': who is affected sets the level, in the agreement's words (rules S1, I6)."""

    customer = TenantChoiceField(own_schools, label=_("School"), empty_label=None)
    category = TenantChoiceField(
        categories,
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        empty_label=None,
        template_name="tickets/portal/_category_field.html",
    )
    subject = forms.CharField(label=_("In a few words"), max_length=200)
    text = forms.CharField(
        label=_("What happens, and since when?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Room and device help us. Please leave out names of children."),
    )
    level = TenantChoiceField(
        levels, words=who_is_affected, label=_("Who is affected?"), widget=forms.RadioSelect, empty_label=None
    )
    attachments = FilesField(
        label=_("Photos or files"), required=False, help_text=_("A photo of the screen often says most.")
    )
    is_confidential = forms.BooleanField(
        label=_("This is about a child's safety or something private"),
        required=False,
        help_text=_(
            "Then only you, whoever helps you and our safeguarding contacts can read it: nobody else at your school,"
            " not even your IT lead."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = list(own_schools())
        if len(self.schools) == 1:
            self.fields["customer"].widget = forms.HiddenInput()
            self.fields["customer"].initial = self.schools[0].pk
        category: Any = self.fields["category"]
        if not category.queryset:  # the rows that are read here are its choices too
            del self.fields["category"]


class FollowUpForm(OnceForm):
    text = forms.CharField(label=_("Add a message"), widget=forms.Textarea(attrs={"rows": 4}))
    attachments = FilesField(label=_("Photos or files"), required=False)


class PortalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=300)


class PortalLevelForm(forms.Form):
    level = TenantChoiceField(
        levels, words=who_is_affected, label=_("Who is affected now?"), empty_label=None
    )
    reason = forms.CharField(label=_("What has changed?"), max_length=300)
