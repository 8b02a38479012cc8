"""The form of a new token."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.memory import current_provider
from api.models import TokenScope

USUAL_DAYS = 365
Actor = tuple[Person, Customer | None]


class TokenForm(forms.Form):
    """Whom it acts for decides how far it sees: staff the whole provider, a person of a school that school alone."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program uses it, so that you know it again.")
    )
    acts_for = forms.ChoiceField(
        label=_("Acts for"),
        help_text=_(
            "Somebody of the staff: the token sees every school. Somebody of a school: that school alone."
        ),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Permissions"),
        choices=[(one.value, one.label) for one in TokenScope],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As few as it needs."),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),  # as browsers want it
        help_text=_("At most two years ahead."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._actors: dict[str, Actor] = {}
        self.fields["acts_for"].choices = self._choices()  # type: ignore[attr-defined]
        today = timezone.localdate(timezone=ZoneInfo(current_provider().time_zone))
        self.fields["expires_on"].initial = today + timedelta(days=USUAL_DAYS)

    @property
    def actor(self) -> Actor:
        """Whom it acts for, and the school that it is kept to. Call it on a valid form."""
        return self._actors[self.cleaned_data["acts_for"]]

    def expires_at(self) -> datetime:
        """The end of the last day, in the provider's zone."""
        after = self.cleaned_data["expires_on"] + timedelta(days=1)
        return datetime.combine(after, time(), ZoneInfo(current_provider().time_zone))

    def _choices(self) -> list[Any]:
        groups: dict[str, list[tuple[str, str]]] = {}
        staff = gettext("Staff: the whole provider")
        for person in Person.objects.filter(is_staff=True, is_active=True):
            self._offer(groups, staff, f"staff-{person.pk}", person, None)
        leads = CustomerMembership.objects.filter(
            role__in=SEES_WHOLE_SCHOOL, person__is_active=True, customer__is_active=True
        )
        rows = leads.select_related("person", "customer").order_by("customer__name", "person__name")
        for one in rows:
            key = f"{one.customer_id}-{one.person_id}"
            if key not in self._actors:
                self._offer(groups, one.customer.name, key, one.person, one.customer)
        return [("", gettext("Choose somebody")), *groups.items()]

    def _offer(
        self,
        groups: dict[str, list[tuple[str, str]]],
        group: str,
        key: str,
        person: Person,
        customer: Customer | None,
    ) -> None:
        self._actors[key] = person, customer
        groups.setdefault(group, []).append((key, person.name))
