"""Forms of periods, holds, the search for a person, and their erasure (Rule T7)."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.protecting import record_kinds
from protection.periods import choice_of, choices_of, days_of
from tickets.models import Ticket


class RetentionForm(forms.Form):
    """One choice for each kind of record. Before anything was saved it proposes the usual periods."""

    def __init__(self, *args: Any, days: dict[str, int | None], **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in record_kinds():
            now = days.get(kind.key, None if days else kind.usual_days)
            self.fields[kind.key] = forms.ChoiceField(
                label=str(kind.name),
                choices=choices_of(kind),
                initial=choice_of(now),
                help_text=_("The time begins %(begins)s. %(loses)s")
                % {"begins": kind.begins, "loses": kind.loses},
            )

    @property
    def days(self) -> dict[str, int | None]:
        """What was chosen, by kind."""
        return {kind.key: days_of(self.cleaned_data[kind.key]) for kind in record_kinds()}


class HoldForm(forms.Form):
    """A ticket by its number, or a person by their address; why, and until when."""

    what = forms.CharField(
        label=gettext_lazy("Ticket or person"),
        max_length=254,
        help_text=gettext_lazy("A ticket's number such as CON-1042, or a person's e-mail address."),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    until = forms.DateField(
        label=gettext_lazy("Keep until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("That day included. Empty: until you end the hold."),
    )

    def clean_what(self) -> str:
        """Find what is meant, among what the reader may see."""
        typed = str(self.cleaned_data["what"]).strip()
        self.ticket: Ticket | None = None
        self.person: Person | None = None
        if "@" in typed:
            self.person = Person.objects.filter(email=typed.lower()).first()
        elif number := re.fullmatch(r"(?:[A-Za-z]{2,6}-|#)?(\d{1,9})", typed):
            self.ticket = Ticket.objects.filter(number=int(number[1])).first()
        if self.ticket is None and self.person is None:
            raise forms.ValidationError(_("There is no such ticket or person."))
        return typed


class PersonSearchForm(forms.Form):
    """Somebody by name or address."""

    q = forms.CharField(
        label=gettext_lazy("Name or e-mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class ErasureForm(forms.Form):
    """The typed confirmation."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Such as 'asked for it by letter'. Without the name: this stays."),
    )
    typed = forms.CharField(
        label=gettext_lazy("Type their e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
