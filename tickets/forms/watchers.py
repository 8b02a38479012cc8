"""Forms of who follows a ticket."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.forms.fields import TenantChoiceField
from tickets.models import Ticket
from tickets.watchers import people_who_may_follow, watchers_now


def _nobody() -> QuerySet[Person]:
    return Person.objects.none()


class WatcherForm(forms.Form):
    """Somebody of the school who is to follow a ticket; for the staff, who see the school's people."""

    person = TenantChoiceField(
        _nobody,
        label=_("Person of the school"),
        empty_label=_("Choose a person"),
        help_text=_("They get a mail now, and our answers from then on."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_who_may_follow(ticket)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.refusal = "" if people.exists() else gettext("Everybody of the school who could follow it does.")


class WatcherOfTicketForm(forms.Form):
    """Somebody who follows a ticket."""

    person = TenantChoiceField(_nobody, widget=forms.HiddenInput)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        following = watchers_now(ticket).values("person")
        self.fields["person"].queryset = Person.objects.filter(pk__in=following)  # type: ignore[attr-defined]


class ColleagueForm(forms.Form):
    """A colleague by address: who asks in the portal is shown no list of the school's people."""

    email = forms.EmailField(
        label=_("School e-mail address of a colleague"),
        max_length=254,
        help_text=_("They can read the request, get our answers by mail, and can stop at any time."),
    )
