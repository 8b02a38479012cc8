"""Forms of engineers: their hours and their absences."""

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from contracts.forms.contracts import DayInput
from sla.models.calendars import Weekday
from visits.models import AbsenceKind
from visits.services.engineers import Stretch

STRETCH = re.compile(r"^\s*(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})\s*$")
USUAL = "08:00-18:00"


class StretchesField(forms.CharField):
    """Times of a day as people write them: '08:00-12:00, 13:00-18:00'; empty for a day off."""

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        return [_stretch(part) for part in words.split(",") if part.strip()]


class HoursForm(forms.Form):
    """A week of an engineer, one line a day."""

    monday = StretchesField(label=_("Monday"), required=False)
    tuesday = StretchesField(label=_("Tuesday"), required=False)
    wednesday = StretchesField(label=_("Wednesday"), required=False)
    thursday = StretchesField(label=_("Thursday"), required=False)
    friday = StretchesField(label=_("Friday"), required=False)

    def hours(self) -> dict[int, list[Stretch]]:
        """The stretches of each weekday that has some."""
        found = {Weekday[name.upper()].value: self.cleaned_data[name] for name in self.fields}
        return {weekday: stretches for weekday, stretches in found.items() if stretches}


class AbsenceForm(forms.Form):
    """Days on which an engineer is away."""

    kind = forms.ChoiceField(label=_("Why"), choices=AbsenceKind.choices)
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput(), help_text=_("Also away on this day."))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


def stretches_words(stretches: list[Stretch]) -> str:
    """The times of a day as `StretchesField` reads them."""
    return ", ".join(f"{starts:%H:%M}-{ends:%H:%M}" for starts, ends in stretches)


def _stretch(words: str) -> Stretch:
    found = STRETCH.match(words)
    try:
        if found is None:
            raise ValueError(words)
        hours = [int(part) for part in found.groups()]
        return time(hours[0], hours[1]), time(hours[2], hours[3])
    except ValueError as error:
        message = _now("'%(words)s' is no time of day. Write it like %(usual)s.")
        raise ValidationError(message % {"words": words.strip(), "usual": USUAL}) from error
