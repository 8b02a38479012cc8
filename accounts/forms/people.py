"""Forms of staff, people of customers, and teams."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.telephone import NumbersField
from accounts.models import Customer, CustomerRole, Person, StaffRole


class PersonForm(forms.Form):
    """What is known of any person."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address and user name; shared addresses are not for people."),
    )
    phone = NumbersField(label=_("Telephone"), required=False)


class StaffForm(PersonForm):
    """A person of the provider's staff. Only roles that the editor may give are offered."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What somebody may do is what their roles allow together."),
    )
    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, roles: Iterable[StaffRole], teams: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["teams"].choices = list(teams)  # type: ignore[attr-defined]
        if not self.fields["teams"].choices:  # type: ignore[attr-defined]
            del self.fields["teams"]


class StaffInviteForm(StaffForm):
    invite = forms.BooleanField(
        label=_("Send the invitation now"),
        required=False,
        initial=True,
        help_text=_("A mail with a link for setting a password. It can also be sent later."),
    )


class ContactForm(PersonForm):
    """A person of a customer."""

    roles = forms.MultipleChoiceField(
        label=_("Roles at this customer"),
        choices=CustomerRole.choices,
        initial=[CustomerRole.REQUESTER],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Relationship owner, business manager and IT lead see every request of their school."),
    )
    is_nominated = forms.BooleanField(
        label=_("Nominated by the customer"),
        required=False,
        help_text=_("Where only nominated people may ask for support, this person may."),
    )


class ContactNewForm(ContactForm):
    invite = forms.BooleanField(
        label=_("Send the invitation to the portal now"), required=False, initial=True
    )


class ColleagueForm(forms.Form):
    """Somebody of one's own school."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Their own address at your school; not a shared one.")
    )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, address or school"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Any role")), *CustomerRole.choices]
    )


class StaffFilterForm(forms.Form):
    q = forms.CharField(label=_("Name or address"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Active")), ("off", _("Deactivated")), ("all", _("Everybody"))],
    )


class SwitchForm(forms.Form):
    """Why somebody is kept out or let in again."""

    reason = forms.CharField(label=_("Why (for the audit trail)"), max_length=300, required=False)


class TeamForm(forms.Form):
    """A team, its lead and its members."""

    name = forms.CharField(label=_("Name"), max_length=80)
    lead: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Technical lead"),
        queryset=None,
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Told before one of the team's deadlines is missed."),
    )
    members: "forms.ModelMultipleChoiceField[Person]" = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = Person.objects.filter(is_staff=True, is_active=True)
        self.fields["lead"].queryset = staff  # type: ignore[attr-defined]
        self.fields["members"].queryset = staff  # type: ignore[attr-defined]


def customer_choices() -> list[tuple[str, str]]:
    """Active customers for a select, by name."""
    return [(str(pk), name) for pk, name in Customer.objects.filter(is_active=True).values_list("pk", "name")]
