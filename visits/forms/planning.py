"""Forms of proposals: what to plan, where one visit goes, what a school wishes."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from contracts.forms.contracts import DayInput
from contracts.models import Contract, VisitSlot, VisitWindow
from sla.models.calendars import Weekday
from visits.models import VisitRhythm

WEEKDAYS = [(day.value, day.label) for day in Weekday if day <= Weekday.FRIDAY]


class ContractsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Contracts by their school."""

    def label_from_instance(self, obj: Contract) -> str:
        return f"{obj.customer.name} ({obj.package.name})"


def engineers_offered() -> QuerySet[Person]:
    """Everybody who has hours on site."""
    engineers = Person.objects.filter(is_active=True, is_staff=True, engineer_hours__isnull=False)
    return engineers.distinct().order_by("name")


class PlanForm(forms.Form):
    """A proposal: for whom, from when to when, and what engineers can bear."""

    first_day = forms.DateField(label=_("From"), widget=DayInput())
    last_day = forms.DateField(
        label=_("To"),
        widget=DayInput(),
        help_text=_("Visits are spread over all of a contract's window; those after this day wait."),
    )
    travel_minutes = forms.IntegerField(
        label=_("Minutes between two schools"), min_value=0, max_value=240, initial=30
    )
    visits_a_day = forms.IntegerField(
        label=_("Visits a day, at most"),
        min_value=1,
        max_value=10,
        initial=3,
        help_text=_("For one engineer."),
    )
    contracts = ContractsField(
        label=_("Schools"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none to plan for all of them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Contract.objects.filter(customer__is_active=True).exclude(
            package__visit_window__in=(VisitWindow.NONE, VisitWindow.FULL_TIME)
        )
        rows = rows.select_related("customer", "package").order_by("customer__name", "starts_on")
        self.fields["contracts"].queryset = rows  # type: ignore[attr-defined]


class PlannedVisitForm(forms.Form):
    """Where a proposed visit goes."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    slot: "forms.ModelChoiceField[VisitSlot]" = forms.ModelChoiceField(
        label=_("Time"), queryset=None, empty_label=None
    )
    engineer: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Engineer"), queryset=None, empty_label=None
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = VisitSlot.objects.filter(package_id=contract.package_id)
        self.fields["slot"].queryset = slots  # type: ignore[attr-defined]
        self.fields["engineer"].queryset = engineers_offered()  # type: ignore[attr-defined]


class WishForm(forms.Form):
    """How a school would like to be visited."""

    rhythm = forms.ChoiceField(
        label=_("How often"),
        required=False,
        choices=[("", _("As the number of visits suggests")), *VisitRhythm.choices],
    )
    weekday = forms.TypedChoiceField(
        label=_("Day"), required=False, coerce=int, empty_value=None, choices=[("", _("Any")), *WEEKDAYS]
    )
    slot: "forms.ModelChoiceField[VisitSlot]" = forms.ModelChoiceField(
        label=_("Time"), queryset=None, required=False, empty_label=_("Any")
    )
    engineer: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Engineer"),
        queryset=None,
        required=False,
        empty_label=_("Anybody, those of the school's team first"),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = VisitSlot.objects.filter(package_id=contract.package_id)
        self.fields["slot"].queryset = slots  # type: ignore[attr-defined]
        self.fields["engineer"].queryset = engineers_offered()  # type: ignore[attr-defined]


class ApplyForm(forms.Form):
    tells_schools = forms.BooleanField(
        label=_("Mail each school its visits"), required=False, help_text=_("One mail for each school.")
    )
