"""Forms about the time that somebody worked on a ticket."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.fields import OnceForm, TenantChoiceField
from tickets.models import LONGEST, Ticket, WorkTime


class WorkTimeForm(OnceForm):
    """Work that has just ended."""

    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=LONGEST)
    note = forms.CharField(
        label=_("What you did"),
        max_length=240,
        required=False,
        help_text=_("For staff: the school never sees it."),
    )


class WorkTimeOfTicketForm(forms.Form):
    """One entry of this ticket."""

    entry = TenantChoiceField(lambda: WorkTime.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = WorkTime.objects.filter(ticket=ticket)
        self.fields["entry"].queryset = rows.select_related("ticket", "person")  # type: ignore[attr-defined]
