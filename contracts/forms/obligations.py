"""Forms of obligations and of a contract's documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.files import FilesField
from contracts.forms.contracts import DayInput
from contracts.models import ObligationState


class ObligationForm(forms.Form):
    name = forms.CharField(label=_("In short"), max_length=120)
    wording = forms.CharField(
        label=_("In words for the school"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    review_months = forms.IntegerField(
        label=_("Looked at every so many months"), min_value=1, max_value=120, initial=12
    )
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=0,
        max_value=999,
        required=False,
        help_text=_("Empty: at the end."),
    )
    is_active = forms.BooleanField(label=_("Asked of customers"), required=False, initial=True)


class ReviewForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How it stands"), choices=ObligationState.choices, widget=forms.RadioSelect
    )
    reviewed_on = forms.DateField(label=_("Reviewed on"), widget=DayInput())
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The school's contacts can read it."),
    )


class DocumentForm(forms.Form):
    title = forms.CharField(
        label=_("What it is"), max_length=120, help_text=_("For example: signed agreement.")
    )
    file = FilesField(label=_("File"), help_text=_("The school's contacts can download it."))


class DocumentRemoveForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300)
