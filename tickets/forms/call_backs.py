"""Forms of call-backs on a ticket's page (Rule I5)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.telephone import first_number
from tickets.clock_words import clock_time
from tickets.forms.fields import OnceForm, TenantChoiceField
from tickets.models import CallBack, CallOutcome, Ticket
from tickets.services.call_backs import PHONE_LENGTH


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """A day and a time of the provider's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


class AgreeCallForm(OnceForm):
    """A time to telephone the person of the ticket."""

    at = moment_field(_("Call back at"))
    phone = forms.CharField(label=_("Number to call"), max_length=PHONE_LENGTH)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].initial = first_number(ticket.requester.phone, ticket.customer.phone)


class OfCallForm(OnceForm):
    """One of the ticket's calls that are still to be made; asked for only where there are several."""

    call_back = TenantChoiceField(
        lambda: CallBack.objects.none(),
        words=lambda one: f"{clock_time(one.agreed_at)}, {one.person.name}",
        label=_("Which call?"),
        empty_label=None,
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["call_back"]
        field.queryset = rows = _open_calls(ticket)
        first = list(rows[:2])
        field.initial = first[0] if first else None
        if len(first) == 1:
            field.widget = forms.HiddenInput()


class CalledForm(OfCallForm):
    """What became of a call."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"), choices=CallOutcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note for staff"),
        max_length=300,
        required=False,
        help_text=_("What you told the school goes into the answer, ticked as said on the telephone."),
    )
    again_at = moment_field(_("Call again at"), required=False)


class MoveCallForm(OfCallForm):
    """Another time."""

    at = moment_field(_("Call back at"))


def _open_calls(ticket: Ticket) -> QuerySet[CallBack]:
    return CallBack.objects.filter(ticket=ticket, done_at__isnull=True).select_related("person")
