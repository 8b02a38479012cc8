"""Forms of chat pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.files import UploadedPart
from chat.services.conversation import LONGEST
from tickets.forms.desk import categories, levels, owners
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField
from tickets.models import Ticket


class StartForm(OnceForm):
    """What a visitor begins with."""

    text = forms.CharField(
        label=_("What can we help you with?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Room and device help us. Please leave out names of children."),
    )


class FilesForm(forms.Form):
    """The files of a message, under the limits of every upload."""

    attachments = FilesField(label=_("Files"), required=False)


def files_sent(request: HttpRequest) -> list[UploadedPart]:
    """The files that came with a message. Raises ValidationError for those that are not taken."""
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    parts: list[UploadedPart] = form.cleaned_data["attachments"]
    return parts


class HandOverForm(forms.Form):
    to = TenantChoiceField(owners, label=_("Hand over to"), required=False, empty_label=_("Whoever is free"))


class OpenTicketForm(forms.Form):
    subject = forms.CharField(label=_("In a few words"), max_length=200)
    level = TenantChoiceField(
        levels,
        words=lambda level: f"{level.name}: {level.impact}",
        label=_("Who is affected?"),
        required=False,
        empty_label=_("Not asked yet"),
    )
    category = TenantChoiceField(
        categories, label=_("What is it about?"), required=False, empty_label=_("Not asked yet")
    )


class AttachForm(forms.Form):
    """One of the visitor's open tickets."""

    def __init__(self, *args: Any, tickets: "QuerySet[Ticket]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticket"] = TenantChoiceField(
            lambda: tickets,
            words=lambda ticket: f"{ticket} {ticket.subject}",
            label=_("Open request of this person"),
            empty_label=None,
        )
        self.fields["ticket"].queryset = tickets  # type: ignore[attr-defined] # a field made for one form is not copied


class CallBackForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Call back at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    phone = forms.CharField(label=_("Number to call"), max_length=40)


class ChatSettingsForm(forms.Form):
    is_on = forms.BooleanField(label=_("Schools can chat with the desk"), required=False)
    sites = forms.CharField(
        label=_("Web sites that may show the chat button"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One address a line, such as https://www.example.org. No other site can show it."),
    )
    open_words = forms.CharField(
        label=_("On the button while somebody can chat"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Chat with us")}),
    )
    away_words = forms.CharField(
        label=_("On the button while nobody can"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Leave us a message")}),
    )
    close_words = forms.CharField(
        label=_("On the button while the chat is open"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("Close the chat")}),
        help_text=_("In the language of your site. Empty: ours."),
    )
