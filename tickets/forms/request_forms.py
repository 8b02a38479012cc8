"""Forms with which administrators change the forms of the portal (Rule I10)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.models import ServiceLevel
from tickets.forms.fields import TenantChoiceField
from tickets.models import APPROVER_ROLES, WITH_CHOICES, Category, QuestionKind, RequestForm, RequestKind


class RequestFormForm(forms.Form):
    """A form of the portal. Its kind is chosen once; a category's questions have fewer settings."""

    kind = forms.ChoiceField(label=_("What it is for"), choices=RequestKind.choices)
    title = forms.CharField(label=_("Title"), max_length=80)
    intro = forms.CharField(
        label=_("Introduction"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence above the questions."),
    )
    category = TenantChoiceField(
        lambda: Category.objects.all(),
        label=_("Category"),
        required=False,
        empty_label=_("None"),
        help_text=_("It decides what the package covers."),
    )
    level = TenantChoiceField(
        lambda: ServiceLevel.objects.all(),
        label=_("Service level"),
        required=False,
        empty_label=_("Whoever asks says who is affected"),
    )
    needs_approval = forms.BooleanField(
        label=_("A named contact of the school approves it first"), required=False
    )
    approver_roles = forms.MultipleChoiceField(
        label=_("Who may approve it"),
        choices=APPROVER_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    asks_needed_by = forms.BooleanField(label=_("Ask by when it is needed"), required=False)
    changes_account = forms.BooleanField(
        label=_("It changes somebody's password, account or access"), required=False
    )
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=0,
        max_value=999,
        required=False,
        help_text=_("Empty: where it is, or at the end."),
    )
    is_active = forms.BooleanField(label=_("Offered to schools"), required=False, initial=True)

    OF_EVERYDAY = ("level", "needs_approval", "approver_roles", "asks_needed_by", "position")

    def __init__(self, *args: Any, form: RequestForm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if form is not None:
            del self.fields["kind"]
            for name in () if form.is_everyday else self.OF_EVERYDAY:
                del self.fields[name]


class QuestionForm(forms.Form):
    label = forms.CharField(label=_("Question"), max_length=120)
    help_text = forms.CharField(label=_("Help"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=QuestionKind.choices)
    choices = forms.CharField(
        label=_("Answers to choose from"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Each on a line. Only for 'One of several' and 'Several of several'."),
    )
    is_required = forms.BooleanField(label=_("It must be answered"), required=False)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.cleaned_data["choices"] = self.cleaned_data.get("choices", "").splitlines()
        if self.cleaned_data["choices"] and self.cleaned_data.get("kind") not in WITH_CHOICES:
            self.add_error(
                "kind", _("Choose 'One of several' or 'Several of several', or take the answers away.")
            )
        return cleaned
