"""Forms of the provider's own settings and of the audit trail."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider
from accounts.senders import may_send_from


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class is not generic
    """Name, colour and addresses. The short name in addresses stays: links in mail already sent point to it."""

    class Meta:
        model = Provider
        fields: ClassVar[list[str]] = [
            "name",
            "accent",
            "support_email",
            "support_phone",
            "reference_prefix",
            "nation",
        ]
        widgets: ClassVar[dict[str, forms.Widget]] = {"accent": forms.TextInput(attrs={"type": "color"})}
        help_texts: ClassVar[dict[str, object]] = {
            "accent": _("Darkened or lightened by itself as far as readable text needs."),
            "support_email": _("Mail to schools comes from this address: one of your mailboxes."),
            "reference_prefix": _("Two to six capital letters; old tickets show the new letters too."),
        }

    def clean_support_email(self) -> str:
        """What stands there already stays: the operator entered it."""
        address = str(self.cleaned_data["support_email"])
        if "support_email" in self.changed_data and not may_send_from(self.instance, address):
            raise forms.ValidationError(
                _(
                    "Mail can be sent from one of your own mailboxes, or from a domain that the operator of this"
                    " installation has allowed you. Add the mailbox first."
                )
            )
        return address


class SwitchesForm(forms.ModelForm):  # type: ignore[type-arg]
    """How people sign in and what they may do."""

    class Meta:
        model = Provider
        fields: ClassVar[list[str]] = [
            "nominated_users_only",
            "two_factor_for_staff",
            "two_factor_for_customers",
            "password_max_age_days",
            "portal_may_set_level",
        ]
        help_texts: ClassVar[dict[str, object]] = {
            "password_max_age_days": _("Empty: passwords do not expire."),
        }


class AuditFilterForm(forms.Form):
    """What to look for in the audit trail."""

    who = forms.CharField(label=_("Who"), required=False, max_length=100)
    what = forms.CharField(label=_("What was done"), required=False, max_length=60)
    customer = forms.CharField(label=_("Customer"), required=False, max_length=100)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
