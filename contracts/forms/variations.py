"""The forms of a variation: what differs, then from when, for whom and by whose word."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerRole, Person
from contracts.forms.contracts import DayInput
from contracts.models import (
    Answer,
    ClauseTopic,
    Contract,
    Extent,
    PausePolicy,
    Variation,
    Varied,
    VisitWindow,
)
from contracts.models.variations import FILLED
from contracts.services.variations import VariedValue
from sla.models import ServiceLevel
from sla.selectors import calendars_of_hours

MOST_HOURS = 10_000
IN_HOURS = frozenset({Varied.RESPONSE, Varied.FIX})
# Only these change what clocks do; for the others the day of the request decides.
REACHES_CLOCKS = frozenset(
    {Varied.CALENDAR, Varied.CLOSURE, Varied.RESPONSE, Varied.FIX, Varied.TARGET, Varied.PAUSE}
)


def _calendar() -> forms.Field:
    rows = calendars_of_hours()
    return forms.ModelChoiceField(queryset=rows, label=_("Service hours"))


def _level() -> forms.Field:
    return forms.ModelChoiceField(queryset=ServiceLevel.objects.all(), label=_("Level"))


def _hours() -> forms.Field:
    return forms.DecimalField(
        label=_("Within (working hours)"),
        min_value=Decimal("0.05"),
        max_value=MOST_HOURS,
        decimal_places=2,
        help_text=_("0.5 is half an hour."),
    )


def _choice(label: Any, choices: Any, *, required: bool = True) -> Callable[[], forms.Field]:
    return lambda: forms.ChoiceField(label=label, choices=choices, required=required)


def _text(label: Any, *, rows: int = 0) -> Callable[[], forms.Field]:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return lambda: forms.CharField(label=label, max_length=4000 if rows else 120, widget=widget)


def _day(label: Any) -> Callable[[], forms.Field]:
    return lambda: forms.DateField(label=label, widget=DayInput())


def _number(label: Any, least: int, most: int) -> Callable[[], forms.Field]:
    return lambda: forms.IntegerField(label=label, min_value=least, max_value=most)


CLOSED = [("yes", _("Closed on these days too")), ("no", _("Our closures do not hold on these days"))]
FIELDS: dict[str, dict[str, Callable[[], forms.Field]]] = {
    Varied.CALENDAR: {"calendar": _calendar},
    Varied.CLOSURE: {
        "is_closed": _choice(_("On these days"), CLOSED),
        "words": _text(_("Name of the closure")),
        "first_day": _day(_("First day of it")),
        "last_day": _day(_("Last day of it")),
    },
    Varied.RESPONSE: {"level": _level, "number": _hours},
    Varied.FIX: {"level": _level, "number": _hours},
    Varied.TARGET: {"level": _level, "number": _number(_("Target in per cent"), 1, 100)},
    Varied.PAUSE: {"choice": _choice(_("While we wait"), PausePolicy.choices)},
    Varied.VISITS: {"number": _number(_("Visits purchased a year"), 0, 366)},
    Varied.WINDOW: {"choice": _choice(_("Scheduled visits"), VisitWindow.choices, required=False)},
    Varied.CLAUSE: {
        "topic": _choice(_("Clause"), ClauseTopic.choices),
        "choice": _choice(_("Answer"), Answer.choices),
        "words": _text(_("In words for the school"), rows=4),
    },
}


class VariationForm(forms.Form):
    """One variation of a contract; which fields say what differs follows from its kind."""

    holds_from = forms.DateField(label=_("Holds from"), widget=DayInput())
    holds_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: it holds as long as the contract."),
    )
    extent = forms.ChoiceField(
        label=_("Which requests"), choices=Extent.choices, initial=Extent.NEW, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The school's contacts can read it."),
    )
    approved_by: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Approved by"), queryset=None, help_text=_("The school's relationship owner, or one of us.")
    )

    def __init__(self, *args: Any, varied: str, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.varied = varied
        own = {name: make() for name, make in FIELDS[varied].items()}
        self.fields = {**own, **self.fields}
        self.fields["approved_by"].queryset = approvers(contract)  # type: ignore[attr-defined]
        if varied not in REACHES_CLOCKS:
            del self.fields["extent"]

    def recorded(self) -> dict[str, Any]:
        """What `variation_add` takes, from a valid form."""
        data = self.cleaned_data
        common = {name: data[name] for name in ("holds_from", "holds_until", "note", "approved_by")}
        return {
            **common,
            "varied": self.varied,
            "extent": data.get("extent", Extent.NEW),
            "value": self._value(),
        }

    def _value(self) -> VariedValue:
        values = {name: self.cleaned_data[name] for name in FILLED[self.varied]}
        if self.varied in IN_HOURS:
            values["number"] = round(values["number"] * 60)
        if "is_closed" in values:
            values["is_closed"] = values["is_closed"] == "yes"
        return VariedValue(**values)


def initial_of(row: Variation) -> dict[str, Any]:
    """What a form starts with that corrects this line."""
    values = row.value()
    if row.varied in IN_HOURS and row.number is not None:
        values["number"] = (Decimal(row.number) / 60).quantize(Decimal("0.01")).normalize()
    if row.varied == Varied.CLOSURE:
        values["is_closed"] = "yes" if row.is_closed else "no"
    names = ("holds_from", "holds_until", "extent", "note", "approved_by")
    return values | {name: getattr(row, name) for name in names}


def approvers(contract: Contract) -> Any:
    """Our staff, and whoever may act for the customer (Rule T3)."""
    owner = Q(
        customer_memberships__customer=contract.customer_id,
        customer_memberships__role=CustomerRole.RELATIONSHIP_OWNER,
    )
    return (
        Person.objects.filter(Q(is_staff=True) | owner, is_active=True)
        .distinct()
        .order_by("is_staff", "name")
    )


class WithdrawForm(forms.Form):
    """Why a variation is taken back."""

    note = forms.CharField(
        label=_("Why"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the list."),
    )
    approved_by: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Approved by"), queryset=None
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["approved_by"].queryset = approvers(contract)  # type: ignore[attr-defined]
