"""The form of a customer."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms.telephone import NumbersField
from accounts.models import Customer, Nomination, Person, StaffRole, Team
from accounts.models.organisations import Nation

DOMAIN = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")


class CustomerForm(forms.Form):
    """A school: its name, its mail domains and who looks after it."""

    name = forms.CharField(label=_("Name"), max_length=160)
    slug = forms.SlugField(
        label=_("Short name in addresses"),
        required=False,
        max_length=50,
        help_text=_("Small letters, figures and hyphens; left empty, it is made from the name."),
    )
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One a line, e.g. oakfield.sch.uk. Mail from others is not accepted. Schools of a trust may share one."
        ),
    )
    nation = forms.ChoiceField(
        label=_("Nation"), choices=Nation.choices, help_text=_("Visits keep its public holidays.")
    )
    success_manager: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Customer success manager"), queryset=None, required=False, empty_label=_("Nobody yet")
    )
    team: "forms.ModelChoiceField[Team]" = forms.ModelChoiceField(
        label=_("Team"), queryset=None, required=False, empty_label=_("No team")
    )
    trust = forms.CharField(label=_("Multi-academy trust"), max_length=160, required=False)
    nomination = forms.ChoiceField(
        label=_("Who may ask for support"),
        choices=Nomination.choices,
        required=False,
        help_text=_("By mail and on the telephone. Named contacts always may."),
    )
    phone = NumbersField(label=_("Telephone"), required=False)
    address = forms.CharField(label=_("Address"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_("Nobody of an inactive customer can sign in."),
    )

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)
        managers = Person.objects.filter(
            is_staff=True, is_active=True, staff_memberships__role=StaffRole.SUCCESS_MANAGER
        )
        self.fields["success_manager"].queryset = managers  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]
        if customer is not None:
            # Links in mail that was sent point to it.
            del self.fields["slug"]
        else:
            del self.fields["is_active"]

    def clean_domains(self) -> list[str]:
        """Each domain as mail servers write it."""
        words = re.split(r"[\s,;]+", self.cleaned_data["domains"].strip().lower())
        domains = sorted({word.removeprefix("@") for word in words if word})
        for domain in domains:
            if not DOMAIN.match(domain):
                message = _now("'%(domain)s' is no mail domain. Write it like oakfield.sch.uk.")
                raise ValidationError(message % {"domain": domain})
        return domains

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.customer is None and "name" in data:
            data["slug"] = data.get("slug") or slugify(data["name"])[:50]
            if not data["slug"]:
                self.add_error("slug", _("Give it a short name for addresses."))
            elif Customer.objects.filter(slug=data["slug"]).exists():
                self.add_error("slug", _("Another customer has this short name."))
        return data


class CustomerFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, trust or mail domain"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("Active")), ("none", _("Without a contract today")), ("off", _("Inactive"))],
    )
