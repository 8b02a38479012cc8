"""Forms of the settings of webhooks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from tickets.forms.fields import TenantChoiceField
from webhooks.addresses import LONGEST
from webhooks.events import EventType
from webhooks.models import Endpoint


def schools() -> QuerySet[Customer]:
    return Customer.objects.filter(is_active=True).order_by("name")


class EndpointForm(forms.Form):
    """Where to, what of, and how much of it."""

    label = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Which program listens there, so that you know it again.")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Begins with https:// and can be reached from the internet."),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=EventType.choices, widget=forms.CheckboxSelectMultiple
    )
    only_customer = TenantChoiceField(
        schools, label=_("Only of this school"), required=False, empty_label=_("All schools")
    )
    with_words = forms.BooleanField(
        label=_("Send names, subjects and messages too"),
        required=False,
        help_text=_(
            "Without it only references, states, levels, deadlines and links leave. Messages may concern children:"
            " choose it only where your agreement with the school allows it."
        ),
    )

    @classmethod
    def initial_of(cls, endpoint: Endpoint) -> dict[str, Any]:
        """What the form shows of an endpoint."""
        return {name: getattr(endpoint, name) for name in cls.base_fields}


class LogForm(forms.Form):
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All")),
            ("failed", _("Failed")),
            ("waiting", _("Waiting")),
            ("delivered", _("Delivered")),
        ],
    )
