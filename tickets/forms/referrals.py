"""Forms of tickets with third parties, and of the provider's list of them (Rule E3)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tickets.forms.desk import owners
from tickets.forms.fields import OnceForm, TenantChoiceField
from tickets.models import CHASE_EVERY, Referral, ReferralOutcome, Supplier, Ticket, Urgency
from tickets.services.base import is_called_out


def suppliers() -> QuerySet[Supplier]:
    return Supplier.objects.filter(is_active=True)


def _time(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


def _school_words() -> forms.CharField:
    return forms.CharField(
        label=_("Words to the school"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sent as your answer. Empty: only a line on the ticket, which the school can read."),
    )


class ReferForm(OnceForm):
    """Who gets it, and when we ask again. `urgency` starts at the highest where an engineer was called out (P4)."""

    supplier = TenantChoiceField(
        suppliers, label=_("Third party"), required=False, empty_label=_("Somebody else, named below")
    )
    other = forms.CharField(
        label=_("Or somebody else"),
        max_length=120,
        required=False,
        help_text=_("The name joins the list of third parties."),
    )
    reference = forms.CharField(
        label=_("Their reference"), max_length=80, required=False, help_text=_("Empty: they gave none yet.")
    )
    urgency = forms.ChoiceField(label=_("Raised with them as"), choices=Urgency.choices)
    promised_at = _time(_("They promise it by"))
    chase_at = _time(
        _("Ask them again at"),
        _("Empty: when they promised it, or after their usual number of working days."),
    )
    waits = forms.BooleanField(label=_("The ticket waits for them"), required=False, initial=True)
    words = _school_words()

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_called_out(ticket):
            field = self.fields["urgency"]
            field.initial = Urgency.HIGHEST
            field.help_text = _("An engineer was called out: it is raised at their highest urgency.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("supplier") and not data.get("other"):
            self.add_error("other", _("Choose who it is, or type the name."))
        return data


class _ReferralForm(OnceForm):
    """About one of the ticket's open referrals; it is not asked which where there is one."""

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(
            Referral.objects.filter(ticket=ticket, ended_at__isnull=True).select_related("supplier", "ticket")
        )
        field = TenantChoiceField(
            lambda: Referral.objects.filter(ticket=ticket, ended_at__isnull=True).select_related(
                "supplier", "ticket"
            ),
            words=lambda one: str(one.supplier),
            label=_("Third party"),
            empty_label=None,
        )
        field.queryset = field.rows()  # a field made for one form is not copied
        if len(rows) == 1:
            field.widget, field.initial = forms.HiddenInput(), rows[0].pk
        self.fields = {"referral": field, **self.fields}


class ReferralNewsForm(_ReferralForm):
    news = forms.ChoiceField(
        label=_("What happened"),
        choices=[("answered", _("They answered")), ("asked", _("We asked again, no answer yet"))],
    )
    note = forms.CharField(
        label=_("What they said"),
        max_length=500,
        required=False,
        help_text=_("For staff. The school does not see it."),
    )
    reference = forms.CharField(label=_("Their reference, if new"), max_length=80, required=False)
    promised_at = _time(_("They promise it by"))
    chase_at = _time(
        _("Ask them again at"),
        _("Empty: when they promised it. Without either, an answer ends the reminders."),
    )
    words = _school_words()


class ReferralEndForm(_ReferralForm):
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=[one for one in ReferralOutcome.choices if one[0] != ReferralOutcome.CLOSED],
    )
    note = forms.CharField(
        label=_("Note for staff"), max_length=500, required=False, help_text=_("The school does not see it.")
    )
    words = _school_words()


class ReferralFilterForm(forms.Form):
    supplier = TenantChoiceField(
        Supplier.objects.all, label=_("Third party"), required=False, empty_label=_("All third parties")
    )
    owner = TenantChoiceField(owners, label=_("Owner"), required=False, empty_label=_("All owners"))


class SupplierForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    contact = forms.CharField(label=_("Whom to ask for"), max_length=120, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    portal = forms.URLField(label=_("Address of their portal"), required=False, assume_scheme="https")
    chase_every = forms.IntegerField(
        label=_("Remind again every so many working days"), min_value=1, max_value=60, initial=CHASE_EVERY
    )
    is_active = forms.BooleanField(label=_("Offered on tickets"), required=False, initial=True)
