"""Forms of contracts."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Package, PausePolicy
from sla.models import BusinessCalendar
from sla.selectors import calendars_of_hours


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PackageField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A package, with the edition of the agreement that it belongs to."""

    def label_from_instance(self, obj: Package) -> str:
        return f"{obj.name} ({obj.version.label})"


class TermsForm(forms.Form):
    """What a contract says beside its dates."""

    package = PackageField(label=_("Package"), queryset=None, empty_label=_("Choose a package"))
    calendar: "forms.ModelChoiceField[BusinessCalendar]" = forms.ModelChoiceField(
        label=_("Service hours"),
        queryset=None,
        empty_label=None,
        help_text=_("The hours in which this customer's reply and fix times run."),
    )
    visits_purchased = forms.IntegerField(
        label=_("Visits purchased a year"), min_value=0, max_value=366, initial=0, required=False
    )
    fix_runs_in_visits = forms.BooleanField(
        label=_("The fix is measured in on-site engineer time too"),
        required=False,
        initial=True,
        help_text=_(
            "Only for packages whose replies are measured in on-site engineer time. Otherwise fixes run in the"
            " service hours."
        ),
    )
    pause_policy = forms.ChoiceField(
        label=_("While we wait"), choices=PausePolicy.choices, initial=PausePolicy.STRICT
    )
    reference = forms.CharField(label=_("Reference"), max_length=40, required=False)
    notes = forms.CharField(
        label=_("Notes for staff"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packages = Package.objects.select_related("version").order_by("-version__published_on", "position")
        self.fields["package"].queryset = packages  # type: ignore[attr-defined]
        calendars = calendars_of_hours()
        self.fields["calendar"].queryset = calendars  # type: ignore[attr-defined]

    def clean_visits_purchased(self) -> int:
        return self.cleaned_data["visits_purchased"] or 0


class ContractForm(TermsForm):
    """A contract with its dates."""

    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: it holds until it is ended."),
    )
    field_order = (
        "package",
        "starts_on",
        "ends_on",
        "calendar",
        "visits_purchased",
        "fix_runs_in_visits",
        "pause_policy",
    )


class ContractEditForm(ContractForm):
    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)


class RenewForm(TermsForm):
    starts_on = forms.DateField(
        label=_("First day of the new contract"),
        widget=DayInput(),
        help_text=_("The contract of today ends the day before."),
    )
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    field_order = ("starts_on", "ends_on", "package")


class EndForm(forms.Form):
    last_day = forms.DateField(label=_("Last day"), widget=DayInput(), initial=date.today)
    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)


class ContractFilterForm(forms.Form):
    q = forms.CharField(label=_("Customer or reference"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Holding today")),
            ("renewals", _("Renewals due")),
            ("coming", _("Not begun yet")),
            ("ended", _("Ended")),
        ],
    )


class TesterForm(forms.Form):
    """A request that somebody might log: when would it be answered and fixed?"""

    level = forms.ChoiceField(label=_("Level"))
    customer = forms.ChoiceField(label=_("Customer"), required=False)
    day = forms.DateField(label=_("Logged on"), widget=DayInput())
    time = forms.TimeField(label=_("at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def __init__(
        self, *args: Any, levels: list[tuple[str, str]], customers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        self.fields["customer"].choices = [("", _("Nobody in particular")), *customers]  # type: ignore[attr-defined]
