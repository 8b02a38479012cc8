"""Forms of the page of mail that was kept back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.desk import schools
from tickets.forms.fields import TenantChoiceField


class ReleaseForm(forms.Form):
    customer = TenantChoiceField(
        schools,
        label=_("It belongs to this school"),
        empty_label=_("Choose a school"),
        help_text=_("Opens a ticket; its clocks start when the message came in."),
    )


class RejectForm(forms.Form):
    reason = forms.CharField(label=_("Why it becomes no ticket"), max_length=300)
