"""What the forms of visits share: when, who, and where a refusal of a service is shown."""

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy

from contracts.forms.contracts import DayInput
from contracts.models import Contract, VisitSlot
from visits.forms.planning import engineers_offered
from visits.models import VisitKind
from visits.when import SlotOn, TimesOn, When


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class SlotField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A slot of the package with its times."""

    def label_from_instance(self, obj: VisitSlot) -> str:
        return f"{obj.name} ({obj.starts:%H:%M}–{obj.ends:%H:%M})"


class ReasonedForm(forms.Form):
    """A step of a visit with the `sequence` that the page was drawn with: an old page is stopped by it."""

    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WhenForm(forms.Form):
    """A day with one of the package's slots where a scheduled visit needs one, else with times that were agreed.

    Cleaned, `when` is a `When`; the fields that it is made of are gone.
    """

    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    slot = SlotField(label=gettext_lazy("Time"), queryset=None, empty_label=None)
    starts = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput())
    ends = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput())

    def __init__(self, *args: Any, contract: Contract, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = VisitSlot.objects.filter(package_id=contract.package_id)
        if kind == VisitKind.SCHEDULED and slots:
            self.fields["slot"].queryset = slots  # type: ignore[attr-defined]
            del self.fields["starts"], self.fields["ends"]
        else:
            del self.fields["slot"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        day, slot = data.pop("day", None), data.pop("slot", None)
        starts, ends = data.pop("starts", None), data.pop("ends", None)
        if isinstance(day, date):
            data["when"] = self._when(day, slot, starts, ends)
        return data

    def _when(self, day: date, slot: VisitSlot | None, starts: time | None, ends: time | None) -> When | None:
        if slot is not None:
            return SlotOn(day, slot)
        if starts is None or ends is None:
            return None  # the field says what is wrong
        return TimesOn(day, starts, ends)


class EngineerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Who goes; looked up when a form is made."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", gettext_lazy("Choose an engineer"))
        super().__init__(queryset=None, label=options.pop("label", gettext_lazy("Engineer")), **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "EngineerField":
        own: EngineerField = super().__deepcopy__(memo)
        own.queryset = engineers_offered()
        return own


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Show what a service raised at the fields it names; at the top where the form has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        at = name if name in form.fields else ("day" if name in {"slot", "starts", "ends"} else None)
        known = at if at in form.fields and at != NON_FIELD_ERRORS else None
        for problem in problems:
            form.add_error(known, problem)


def has_code(error: ValidationError, code: str) -> bool:
    """Whether a service raised this code, for all or at one of its fields."""
    return any(one.code == code for one in _parts(error))


def _parts(error: ValidationError) -> list[ValidationError]:
    if hasattr(error, "error_dict"):
        return [one for parts in error.error_dict.values() for one in parts]
    return list(error.error_list)


def is_stale(error: ValidationError) -> bool:
    """Whether somebody else has changed the visit since the page was drawn."""
    return has_code(error, "stale")
