"""Forms of allowances: how a package counts, and what was agreed with one school instead."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visits.models import AllowanceKind, Period


class WarnAtField(forms.CharField):
    """Percentages, written as '80, 95'."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        words = [one.strip(" %") for one in str(super().clean(value) or "").split(",")]
        wrong = [
            word
            for word in words
            if word and not (word.isascii() and word.isdigit() and 1 <= int(word) <= 100)
        ]
        if wrong:
            raise ValidationError(_("Write percentages up to 100 with commas between them, such as: 80, 95"))
        return [int(word) for word in words if word]


class RuleForm(forms.Form):
    """How a package counts one kind of use."""

    period = forms.ChoiceField(label=gettext_lazy("Counted over"), choices=Period.choices)
    norm = forms.IntegerField(
        label=gettext_lazy("Fair use"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("In one period. Empty: counted without a threshold."),
    )
    carry_over = forms.IntegerField(
        label=gettext_lazy("Unused ones that carry over, at most"), min_value=0, max_value=10_000
    )
    warn_at = WarnAtField(
        label=gettext_lazy("Tell the customer success manager at per cent"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Such as: 80, 95. Past the threshold they are told in any case."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == AllowanceKind.SCHEDULED_VISIT:
            del self.fields["norm"]


class AgreementForm(forms.Form):
    """A threshold for one school in place of its package's."""

    norm = forms.IntegerField(label=gettext_lazy("Fair use in one period"), min_value=1, max_value=10_000)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)
