"""Forms of the page of mail that was kept back."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer, Person
from tickets.forms.desk import schools
from tickets.forms.fields import TenantChoiceField

NAMED = 5  # people whom a mistake lists


class HeldMailForm(forms.Form):
    """What the list shows."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)
    q = forms.CharField(label=gettext_lazy("Sender or subject"), required=False, max_length=100)


class ReleaseForm(forms.Form):
    """The school, and the person of it who asks; `cleaned_data["person"]` is None for the sender."""

    customer = TenantChoiceField(
        schools,
        label=gettext_lazy("It belongs to this school"),
        empty_label=gettext_lazy("Choose a school"),
        help_text=gettext_lazy("Opens a ticket; its clocks start when the message came in."),
    )
    person = forms.CharField(
        label=gettext_lazy("For whom"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "Name or e-mail address of somebody at this school, for instance where a colleague passed it on."
            " Empty: for who sent it."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        words, customer = str(data.get("person") or ""), data.get("customer")
        data["person"] = None
        if words and customer is not None:
            data["person"] = self._person(words, customer)
        return data

    def _person(self, words: str, customer: Customer) -> Person | None:
        people = Person.objects.filter(is_active=True, customer_memberships__customer=customer).distinct()
        exact = list(people.filter(Q(email=words.lower()) | Q(name__iexact=words))[:NAMED])
        found = exact or list(people.filter(Q(email__icontains=words) | Q(name__icontains=words))[:NAMED])
        if len(found) == 1:
            return found[0]
        problem = (
            _("Several people of this school are meant: %(names)s.")
            if found
            else _("Nobody of this school has this name or address.")
        )
        names = ", ".join(f"{one.name} ({one.email})" for one in found)
        self.add_error("person", problem % {"names": names})
        return None


class RejectForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it becomes no ticket"), max_length=300)
