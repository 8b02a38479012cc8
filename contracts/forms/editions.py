"""The form of a new edition of the agreement."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contracts.forms.contracts import DayInput
from sla.models import ServiceTarget

MOST_HOURS = 10_000


class EditionForm(forms.Form):
    """Name and date of the edition, and for each level the hours and percentages. Hours are working hours."""

    label = forms.CharField(label=_("Edition"), max_length=40, help_text=_("For example v3.3."))
    published_on = forms.DateField(
        label=_("Published"), widget=DayInput(), help_text=_("Its clauses can be changed before this day.")
    )
    comments = forms.CharField(label=_("What is new"), max_length=240, required=False)

    def __init__(self, *args: Any, targets: Iterable[ServiceTarget], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = list(targets)
        for target in self.targets:
            level, key = {"level": target.level.name}, target.level_id
            self.fields[f"response_{key}"] = _hours(
                _("%(level)s: reply within (working hours)") % level, target.response_minutes
            )
            self.fields[f"fix_{key}"] = _hours(
                _("%(level)s: fix within (working hours)") % level, target.fix_minutes
            )
            self.fields[f"percent_{key}"] = forms.IntegerField(
                label=_("%(level)s: target in per cent") % level,
                min_value=1,
                max_value=100,
                initial=target.target_percent,
            )
            self.fields[f"warn_{key}"] = forms.IntegerField(
                label=_("%(level)s: warn at this per cent of the time") % level,
                min_value=1,
                max_value=99,
                initial=target.warn_percent,
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for target in self.targets:
            response, fix = data.get(f"response_{target.level_id}"), data.get(f"fix_{target.level_id}")
            if response is not None and fix is not None and fix < response:
                self.add_error(
                    f"fix_{target.level_id}", ValidationError(_("The fix is promised before the reply."))
                )
        return data


def _hours(label: str, minutes: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.05"),
        max_value=MOST_HOURS,
        decimal_places=2,
        initial=(Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize(),
    )
