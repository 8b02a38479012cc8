"""Forms of changes to supported systems (Rule E5)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from contracts.forms.contracts import DayInput
from contracts.models import RECENT_DAYS
from contracts.models.changes import StillWorks


class ChangeForm(forms.Form):
    """A change that was made. The scope shows a person of a school their schools only."""

    customer = forms.ModelChoiceField(label=_("School"), queryset=None, empty_label=None)  # type: ignore[var-annotated]
    what = forms.CharField(
        label=_("What was changed?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    system = forms.CharField(
        label=_("Which system, and where?"),
        max_length=160,
        help_text=_("For example: the telephones in the office."),
    )
    changed_on = forms.DateField(label=_("When?"), widget=DayInput(), initial=timezone.localdate)
    made_by = forms.CharField(
        label=_("Who did it?"), max_length=160, help_text=_("Somebody of the school, or another company.")
    )
    works = forms.ChoiceField(label=_("Does it still work?"), choices=StillWorks.choices)

    def __init__(self, *args: Any, only: Customer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Customer.objects.filter(is_active=True)
        rows = rows.filter(pk=only.pk) if only else rows
        field = self.fields["customer"]
        field.queryset = rows  # type: ignore[attr-defined]
        if len(rows) == 1:
            field.widget, field.initial = forms.HiddenInput(), rows[0].pk


class ChangeSettingsForm(forms.Form):
    recent_days = forms.IntegerField(
        label=_("Show changes on tickets for so many days"), min_value=1, max_value=366, initial=RECENT_DAYS
    )
