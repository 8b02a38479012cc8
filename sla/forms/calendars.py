"""Forms of opening hours, closures and public holidays. All days and times are local (Rule S15)."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from accounts.models.organisations import Nation
from sla.models import BusinessCalendar, Closure, ClosureKind, OpeningWindow
from sla.models.calendars import Weekday
from sla.services.calendar_edits import Window

FIRST_YEAR, LAST_YEAR = 2000, 2100
_STRETCH = re.compile(r"^(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})$")


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class StretchesField(forms.CharField):
    """The opening of one weekday in words: '08:00-12:00, 13:00-16:30'; empty: closed."""

    def clean(self, value: Any) -> list[tuple[time, time]]:
        text = super().clean(value).strip()
        return [self._stretch(part.strip()) for part in text.split(",")] if text else []

    def _stretch(self, part: str) -> tuple[time, time]:
        found = _STRETCH.match(part)
        words = _now("'%(part)s' is not understood. Write it like 08:00-16:30, or 08:00-12:00, 13:00-16:30.")
        if not found:
            raise ValidationError(words % {"part": part})
        hours, minutes, to_hours, to_minutes = (int(group) for group in found.groups())
        try:
            # 24:00 is midnight that night, which the rows write as 00:00.
            opens, closes = (
                time(hours, minutes),
                time(0 if to_hours == 24 and not to_minutes else to_hours, to_minutes),
            )
        except ValueError as error:
            raise ValidationError(words % {"part": part}) from error
        if closes <= opens and closes != time(0):
            raise ValidationError(_now("'%(part)s' closes before it opens.") % {"part": part})
        return opens, closes


class HoursForm(forms.Form):
    """A calendar: its weekly hours, and which days of the year close it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    always_open = forms.BooleanField(
        label=_("Open day and night, every day"),
        required=False,
        help_text=_("The hours below do not matter then."),
    )
    nation = forms.ChoiceField(
        label=_("Closed on the public holidays of"),
        required=False,
        choices=[("", _("nowhere: open on public holidays")), *Nation.choices],
    )
    keeps_closures = forms.BooleanField(
        label=_("Closed in the Christmas shutdown and other closures"), required=False, initial=True
    )
    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[f"day_{day.value}"] = StretchesField(label=day.label, required=False, max_length=120)
        self.fields["day_0"].help_text = _(
            "For example 08:00-16:30. Several stretches: 08:00-12:00, 13:00-16:30. Empty: closed."
        )
        self.order_fields(["name", "always_open", *(f"day_{day.value}" for day in Weekday)])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("always_open") and not self.errors and not self.windows():
            self.add_error("day_0", _("Give it at least one opening in the week."))
        return data

    def windows(self) -> list[Window]:
        """The openings of the week, once the form is valid."""
        return [
            Window(day.value, opens, closes)
            for day in Weekday
            for opens, closes in self.cleaned_data.get(f"day_{day.value}") or []
        ]

    @staticmethod
    def initial_of(calendar: BusinessCalendar, windows: list[OpeningWindow]) -> dict[str, Any]:
        """What the form shows of a calendar that there is."""
        shown: dict[str, Any] = {
            "name": calendar.name,
            "always_open": calendar.always_open,
            "nation": calendar.nation,
            "keeps_closures": calendar.keeps_closures,
        }
        for day in Weekday:
            own = [row for row in windows if row.weekday == day.value]
            shown[f"day_{day.value}"] = ", ".join(f"{row.opens:%H:%M}-{_closing(row.closes)}" for row in own)
        return shown


def _closing(closes: time) -> str:
    return "24:00" if closes == time(0) else f"{closes:%H:%M}"


class ClosureForm(forms.Form):
    """A closure, or an extra opening: for everybody or for one school."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (ClosureKind.ONE_OFF.value, _("Closed")),
            (ClosureKind.EXTRA_OPENING.value, _("Open for once")),
        ],
        widget=forms.RadioSelect,
        initial=ClosureKind.ONE_OFF.value,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Shown wherever a deadline is explained, e.g. 'Staff training'."),
    )
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput(), help_text=_("Empty: only the first day.")
    )
    from_time = forms.TimeField(
        label=_("From"),
        required=False,
        widget=TimeInput(),
        help_text=_("On the first day; empty: the whole day."),
    )
    to_time = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=TimeInput(),
        help_text=_("On the last day; empty: the whole day."),
    )
    customer: "forms.ModelChoiceField[Customer]" = forms.ModelChoiceField(
        label=_("For"), queryset=None, required=False, empty_label=_("everybody"), to_field_name="pk"
    )
    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)

    def __init__(self, *args: Any, closure: Closure | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self._kind = closure.kind if closure else ""
        if closure is not None:
            del self.fields["kind"], self.fields["customer"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind = self._kind or data.get("kind")
        if kind == ClosureKind.EXTRA_OPENING and not (data.get("from_time") and data.get("to_time")):
            self.add_error("from_time", _("Say from when until when the desk is open."))
        data["last_day"] = data.get("last_day") or data.get("first_day")
        return data


class ShutdownForm(forms.Form):
    """The Christmas shutdown of one winter."""

    first_day = forms.DateField(label=_("First closed day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last closed day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and (last - first).days > 31:
            self.add_error("last_day", _("That is longer than a month. Please check the year."))
        return data


class HolidayForm(forms.Form):
    """One public holiday of one nation."""

    nation = forms.ChoiceField(label=_("Nation"), choices=Nation.choices)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    name = forms.CharField(label=_("Name"), max_length=120)
    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)


class FillForm(forms.Form):
    """Fill in the public holidays of some years."""

    nation = forms.ChoiceField(label=_("Nation"), choices=Nation.choices)
    first_year = forms.IntegerField(label=_("From the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(label=_("to the year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_year"), data.get("last_year")
        if first and last and not 0 <= last - first <= 15:
            self.add_error("last_year", _("Choose up to sixteen years, the earlier one first."))
        return data


class YearForm(forms.Form):
    """Which year of which calendar, seen by whom."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    calendar = forms.TypedChoiceField(label=_("Calendar"), required=False, coerce=int, empty_value=None)
    nation = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=[("", _("the calendar's nation")), *Nation.choices],
    )
    customer: "forms.ModelChoiceField[Customer]" = forms.ModelChoiceField(
        label=_("As seen by"), queryset=None, required=False, empty_label=_("everybody")
    )
    day = forms.DateField(label=_("Why is this day closed?"), required=False, widget=DayInput())

    def __init__(self, *args: Any, calendars: list[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].choices = [(row.pk, row.name) for row in calendars]  # type: ignore[attr-defined]
        self.fields["customer"].queryset = Customer.objects.filter(is_active=True)  # type: ignore[attr-defined]


def year_in_reach(year: int, today: date) -> int:
    """A year that calendars can show; this one where another was asked for."""
    return year if FIRST_YEAR <= year <= LAST_YEAR else today.year
