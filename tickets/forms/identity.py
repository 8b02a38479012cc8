"""Forms for verifying who asks, and for passphrases (Rule T6)."""

from typing import Any

from django import forms
from django.db.models import Case, Min, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerMembership, CustomerRole, Person
from tickets.forms.fields import TenantChoiceField
from tickets.identity import approving_contacts, identity_methods, known_numbers
from tickets.models import IdentityMethod, Ticket


def _people() -> QuerySet[Person]:
    return Person.objects.none()


class VerifyForm(forms.Form):
    """How the caller was verified. What belongs to another method than the chosen one is left alone."""

    method = forms.ChoiceField(label=_("How do you know who it is?"), widget=forms.RadioSelect)
    number = forms.ChoiceField(
        label=_("Number that you called back"),
        required=False,
        help_text=_("One that we hold, never one from the call."),
    )
    passphrase = forms.CharField(
        label=_("Passphrase, as they say it"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is compared and forgotten. Capitals and spaces do not matter."),
    )
    contact = TenantChoiceField(
        _people, label=_("Named contact who approved it"), required=False, empty_label=_("Choose a contact")
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers, contacts = known_numbers(ticket), approving_contacts(ticket)
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a number")),
            *((one, one) for one in numbers),
        ]
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        possible = {"call_back": bool(numbers), "contact": contacts.exists(), "passphrase": True}
        methods = [one for one in identity_methods() if possible[one]]
        self.fields["method"].choices = [(one, IdentityMethod(one).label) for one in methods]  # type: ignore[attr-defined]
        asked = {"number": "call_back", "passphrase": "passphrase", "contact": "contact"}
        for name, method in asked.items():
            if method not in methods:
                del self.fields[name]


class OverruleIdentityForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it may go on without"),
        max_length=300,
        help_text=_("Kept on the ticket, with your name."),
    )


def _settable(person: Person) -> QuerySet[CustomerMembership]:
    """One membership for each person and school: one's own, and everybody's where one is the IT lead."""
    led = CustomerMembership.objects.filter(person=person, role=CustomerRole.IT_LEAD).values("customer")
    rows = CustomerMembership.objects.filter(Q(person=person) | Q(customer__in=led), person__is_active=True)
    firsts = rows.order_by().values("customer", "person").annotate(first=Min("pk")).values("first")
    people = CustomerMembership.objects.filter(pk__in=firsts).select_related("person", "customer")
    return people.order_by(Case(When(person=person, then=0), default=1), "person__name", "customer__name")


class PassphraseForm(forms.Form):
    """A passphrase for oneself; a school's IT lead may set one for anybody there."""

    membership = TenantChoiceField(
        CustomerMembership._base_manager.none,
        words=lambda row: f"{row.person.name}, {row.customer.name}",
        label=_("For whom"),
        empty_label=None,
    )
    words = forms.CharField(
        label=_("New passphrase"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Several words that you can say on the telephone, and use nowhere else. We never show it again."
        ),
    )
    again = forms.CharField(
        label=_("The same once more"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = _settable(person)
        self.fields["membership"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("words") and data.get("again") and data["words"] != data["again"]:
            self.add_error("again", _("This is not the same. Type both once more."))
        return data
