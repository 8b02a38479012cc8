"""Forms of the portal, in the school's words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from sla.models import ServiceLevel
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField
from tickets.models import Category


def own_schools() -> QuerySet[Customer]:
    """The schools of the person: the scope shows no other."""
    return Customer.objects.filter(is_active=True)


def categories() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True)


def levels() -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.all()


def who_is_affected(level: ServiceLevel) -> str:
    return level.portal_words or level.impact


class NewRequestForm(OnceForm):
    """'Tell us what is wrong': who is affected sets the level, in the agreement's words (rules S1, I6)."""

    customer = TenantChoiceField(own_schools, label=_("School"), empty_label=None)
    category = TenantChoiceField(
        categories, label=_("What is it about?"), widget=forms.RadioSelect, empty_label=None
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = list(own_schools()[:2])
        if len(schools) == 1:
            self.fields["customer"].widget = forms.HiddenInput()
            self.fields["customer"].initial = schools[0].pk
        if not categories().exists():
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
