"""Forms of a ticket's visits: book one, link one that is booked."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.memory import current_provider
from contracts.forms.contracts import DayInput
from contracts.models import VisitSlot
from sla.times import local_day
from tickets.forms.desk import engineers
from tickets.forms.fields import OnceForm, TenantChoiceField
from tickets.models import Ticket
from visits.forms.fields import SlotField, TimeInput
from visits.models import Visit, VisitKind, VisitState
from visits.services.bookable import BookableKind, kinds_bookable
from visits.when import SlotOn, TimesOn, When
from visits.wording import visit_words


class TicketVisitForm(OnceForm):
    """A visit for the ticket: one of the package's slots, or times that were agreed. Cleaned, `when` is a `When`."""

    beside = "tickets/desk/_visit_times_panel.html"

    kind = forms.ChoiceField(label=_("Kind of visit"))
    day = forms.DateField(label=_("Day"), widget=DayInput())
    slot = SlotField(label=_("Slot"), queryset=None, required=False, empty_label=_("At other times"))
    starts = forms.TimeField(label=_("From"), widget=TimeInput(), required=False)
    ends = forms.TimeField(label=_("Until"), widget=TimeInput(), required=False)
    engineer = TenantChoiceField(engineers, label=_("Engineer"), empty_label=_("Choose an engineer"))
    reason = forms.CharField(
        label=_("What for"), max_length=300, help_text=_("Only your own people read this.")
    )
    tells_school = forms.BooleanField(label=_("Mail the school its visit"), required=False, initial=True)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = local_day(timezone.now(), current_provider().time_zone)
        assert ticket.contract is not None  # the action fits no other
        self.kinds: list[BookableKind] = kinds_bookable(ticket.contract, today)
        offered = [(one.kind.value, one.kind.label) for one in self.kinds if not one.refused]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]
        self.fields["kind"].initial = next((value for value, _label in offered), None)
        self.fields["day"].initial = today
        slots = VisitSlot.objects.filter(package_id=ticket.contract.package_id)
        self.fields["slot"].queryset = slots  # type: ignore[attr-defined]
        if not slots:
            del self.fields["slot"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["when"] = self._when(data)
        return data

    def _when(self, data: dict[str, Any]) -> When | None:
        day, slot, starts, ends = (data.get(name) for name in ("day", "slot", "starts", "ends"))
        if day is None:
            return None  # the field says what is wrong
        if slot is not None:
            return SlotOn(day, slot)
        for name, value in (("starts", starts), ("ends", ends)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Choose a slot, or give the times."))
        return TimesOn(day, starts, ends) if starts and ends else None


class LinkVisitForm(OnceForm):
    """A visit to the school that is booked already."""

    visit = forms.ModelChoiceField(label=_("Booked visit"), queryset=None)  # type: ignore[var-annotated]

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = current_provider().time_zone
        ahead = Visit.objects.filter(
            customer_id=ticket.customer_id, state__in=(VisitState.BOOKED, VisitState.ON_SITE)
        ).exclude(kind=VisitKind.CALLOUT)
        field = self.fields["visit"]
        field.queryset = ahead.exclude(  # type: ignore[attr-defined]
            pk__in=ticket.visit_links.values("visit")
        ).select_related("engineer")
        field.label_from_instance = lambda one: f"{visit_words(one, zone)}, {one.engineer.name}"  # type: ignore[attr-defined]


class VisitOfTicketForm(forms.Form):
    """Which of the ticket's visits is meant."""

    visit = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)  # type: ignore[var-annotated]

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = Visit.objects.filter(pk__in=ticket.visit_links.values("visit"))
        self.fields["visit"].queryset = linked  # type: ignore[attr-defined]
