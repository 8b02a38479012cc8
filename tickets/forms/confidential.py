"""Forms of confidential tickets and of safeguarding (Rule T6)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.confidential import people_who_may_read
from tickets.forms.desk import owners
from tickets.forms.fields import TenantChoiceField
from tickets.identity import identity_methods
from tickets.models import Category, IdentityMethod, SafeguardingContact, Ticket


def _who(person: Person) -> str:
    return person.name if person.is_staff else gettext("%(name)s, at the school") % {"name": person.name}


def _nobody() -> QuerySet[Person]:
    return Person.objects.none()


class ReaderReasonForm(forms.Form):
    """Why, for those who read the ticket; the school reads no word of it."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Its readers of the staff see this.")
    )


class ReaderForm(ReaderReasonForm):
    """Somebody more who may read it."""

    person = TenantChoiceField(_nobody, words=_who, label=_("Person"), empty_label=_("Choose a person"))
    field_order = ("person", "reason")

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_who_may_read(ticket)  # type: ignore[attr-defined]


class SafeguardingForm(forms.Form):
    """Who of the staff reads every confidential request, and when and how a caller is verified."""

    people: "forms.ModelMultipleChoiceField[Person]" = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Safeguarding contacts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "They read every request that is made confidential from now on. With nobody chosen it is your senior"
            " management; without one, your administrators."
        ),
    )
    methods = forms.MultipleChoiceField(
        choices=IdentityMethod.choices,
        label=_("How a caller is verified"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With none chosen nobody is asked for it."),
    )
    categories: "forms.ModelMultipleChoiceField[Category]" = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Verify the caller of requests about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Such a request cannot be called fixed before we know who asked."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = SafeguardingContact.objects.values_list("person_id", flat=True)
        asked = Category.objects.filter(changes_account=True).values_list("pk", flat=True)
        self.fields["people"].queryset = owners()  # type: ignore[attr-defined]
        self.fields["categories"].queryset = Category.objects.all()  # type: ignore[attr-defined]
        self.initial.update(people=list(contacts), methods=identity_methods(), categories=list(asked))
