"""Forms of the desk's pages of visits: one for each thing that can be done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.forms.once import OnceForm
from accounts.models import Customer
from accounts.tenancy.scope import current_scope
from contracts.forms.contracts import DayInput
from sla.models import ServiceLevel
from visits.calendar_days import VIEWS
from visits.forms.fields import EngineerField, ReasonedForm, TimeInput, WhenForm
from visits.hindered import Cause
from visits.models import VisitKind

WHY = gettext_lazy(
    "The school reads this as it stands: write no more of your own people than it needs to know."
)


def reason_field(*, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=gettext_lazy("Why?"), max_length=300, required=required, help_text=help_text)


class CalendarForm(forms.Form):
    """Which days the calendar shows, and of whom."""

    view = forms.ChoiceField(
        choices=[(name, name) for name in VIEWS], widget=forms.HiddenInput, required=False
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput(), required=False)
    engineer = EngineerField(required=False, empty_label=gettext_lazy("All engineers"))


class HinderedForm(forms.Form):
    """Which of the visits that cannot take place are listed."""

    school = forms.ModelChoiceField(
        label=gettext_lazy("School"),
        queryset=None,
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("All schools"),
    )  # type: ignore[var-annotated]
    cause = forms.ChoiceField(
        label=gettext_lazy("What stands in the way"),
        required=False,
        choices=[
            ("", gettext_lazy("Anything")),
            (Cause.SCHOOL, gettext_lazy("The school cannot be visited")),
            (Cause.ENGINEER, gettext_lazy("The engineer cannot go")),
            (Cause.CONTRACT, gettext_lazy("The contract is over")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = Customer.objects.order_by("name")  # type: ignore[attr-defined]


class ChooseForm(forms.Form):
    """The first step of a booking: for whom, what, and about when."""

    school = forms.ModelChoiceField(label=gettext_lazy("School"), queryset=None, to_field_name="slug")  # type: ignore[var-annotated]
    kind = forms.ChoiceField(label=gettext_lazy("Kind of visit"), choices=VisitKind.choices)
    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = Customer.objects.filter(is_active=True).order_by("name")
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class BookForm(WhenForm):
    engineer = EngineerField()
    reason = reason_field(required=False)
    tells_school = forms.BooleanField(
        label=gettext_lazy("Mail the school its visit"), required=False, initial=True
    )
    field_order = ("day", "slot", "starts", "ends", "engineer", "reason", "tells_school")


class CalloutForm(WhenForm):
    """An emergency callout (Rule P4)."""

    level = forms.ModelChoiceField(
        label=gettext_lazy("Level of the failure"), queryset=None, empty_label=None
    )  # type: ignore[var-annotated]
    engineer = EngineerField()
    reason = reason_field()
    field_order = ("level", "day", "starts", "ends", "engineer", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].queryset = ServiceLevel.objects.order_by("rank")  # type: ignore[attr-defined]


class MoveForm(WhenForm, ReasonedForm):
    engineer = EngineerField()
    reason = reason_field(help_text=WHY)
    field_order = ("day", "slot", "starts", "ends", "engineer", "reason", "sequence")


class RescheduleForm(MoveForm):
    reason = reason_field(help_text=WHY, required=False)


class HandOverForm(ReasonedForm):
    engineer = EngineerField()
    reason = reason_field(required=False, help_text=gettext_lazy("Only your own people read this."))
    field_order = ("engineer", "reason", "sequence")


class CancelForm(ReasonedForm):
    reason = reason_field(help_text=WHY)
    by_school = forms.BooleanField(label=gettext_lazy("The school asked for it"), required=False)
    field_order = ("reason", "by_school", "sequence")


class InternalReasonForm(ReasonedForm):
    reason = reason_field(help_text=gettext_lazy("Only your own people read this."))
    field_order = ("reason", "sequence")


class ToldReasonForm(ReasonedForm):
    reason = reason_field(help_text=WHY)
    field_order = ("reason", "sequence")


class ArriveForm(ReasonedForm):
    at = forms.TimeField(
        label=gettext_lazy("Arrived at"),
        widget=TimeInput(),
        required=False,
        help_text=gettext_lazy("Empty: now."),
    )
    field_order = ("at", "sequence")


class DepartForm(ReasonedForm):
    work_done = forms.CharField(
        label=gettext_lazy("What was done"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The school reads this. Please leave out names of children."),
    )
    signed_by = forms.CharField(
        label=gettext_lazy("Signed by"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Who at the school confirmed it, if anybody did."),
    )
    at = forms.TimeField(
        label=gettext_lazy("Left at"),
        widget=TimeInput(),
        required=False,
        help_text=gettext_lazy("Empty: now."),
    )
    field_order = ("work_done", "signed_by", "at", "sequence")


class SessionForm(OnceForm, ReasonedForm):
    """Remote support that was given in place of a visit (Rule P3)."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    starts = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput())
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=24 * 60)
    by = EngineerField(label=gettext_lazy("Who gave it"))
    note = forms.CharField(label=gettext_lazy("What was done"), max_length=300, required=False)
    field_order = ("day", "starts", "minutes", "by", "note", "sequence", "once")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["digest"] = "" if self.errors else self.digest(current_scope().person_id)
        return data
