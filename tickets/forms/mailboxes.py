"""The form of a mailbox. Its password goes in and never comes out again."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from tickets.models import AfterStoring, Mailbox

_ONE_LINE = RegexValidator(r"\A[^\x00-\x1f\x7f]*\Z", _("This must be one line of ordinary characters."))
_HOST = RegexValidator(
    r"\A[A-Za-z0-9:](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?\Z",
    _("Enter the server's name alone, for instance imap.example.org, without https:// and without a port."),
)


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own class is not generic
    """Address, server, and what becomes of messages there. Use `details` and `password` for `mailbox_save`."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        strip=False,
        validators=[_ONE_LINE],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    field_order = (
        *("address", "is_default", "host", "port", "use_tls", "username", "password"),
        *("token_url", "client_id", "token_scope", "folder"),
    )

    class Meta:
        model = Mailbox
        fields: ClassVar[list[str]] = [
            "address",
            "is_default",
            "host",
            "port",
            "use_tls",
            "username",
            "token_url",
            "client_id",
            "token_scope",
            "folder",
            "after_storing",
            "stored_folder",
            "plus_addressing",
            "trusted_authserv_id",
        ]
        help_texts: ClassVar[dict[str, object]] = {
            "address": _("The address that schools write to."),
            "is_default": _("The one that is meant where only the provider is named."),
            "host": _("Leave it empty if your mail server hands messages over itself."),
            "port": _("993 with TLS, 143 without."),
            "use_tls": _("Without it the password and all mail travel readable for others."),
            "token_url": _(
                "Only where the server takes no passwords. For Microsoft 365:"
                " https://login.microsoftonline.com/<directory id>/oauth2/v2.0/token. The password above is then the"
                " application's client secret."
            ),
            "client_id": _("Of the application that may read this mailbox."),
            "token_scope": _("As it stands for Microsoft 365."),
            "after_storing": _("Only ever done once the message is stored here."),
            "stored_folder": _("Needed where messages are moved."),
            "plus_addressing": _(
                "Tick it if mail to help+anything@… reaches help@…: answers then find their ticket by their address."
                " Otherwise a reference stands in the subject."
            ),
            "trusted_authserv_id": _(
                "The name at the start of the Authentication-Results header that your own mail server writes, for"
                " instance mx.example.org. Mail that fails its checks in a school's name is then held. Headers of other"
                " servers are ignored. Empty: nothing is checked."
            ),
        }

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        for name in (
            "username",
            "client_id",
            "token_scope",
            "folder",
            "stored_folder",
            "trusted_authserv_id",
        ):
            self.fields[name].validators.append(_ONE_LINE)
        self.fields["host"].validators.append(_HOST)
        if self.instance.secret:
            self.fields["password"].help_text = _(
                "One is stored and is not shown. Leave this empty to keep it; another server or user needs it anew."
            )

    @property
    def details(self) -> dict[str, Any]:
        """The fields of the mailbox as they were entered."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def clean_port(self) -> int:
        port = int(self.cleaned_data["port"])
        if not 1 <= port <= 65535:
            raise ValidationError(_("A port is a number from 1 to 65535; with TLS it is usually 993."))
        return port

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("host") and not data.get("username"):
            self.add_error("username", _("Enter the name with which to sign in to this server."))
        if data.get("token_url"):
            if not data.get("client_id"):
                self.add_error("client_id", _("Enter the id of the application."))
            if not data.get("use_tls"):
                self.add_error("use_tls", _("Access tokens are only sent with TLS."))
        if data.get("after_storing") == AfterStoring.MOVE and not data.get("stored_folder"):
            self.add_error("stored_folder", _("Enter the folder to which messages are moved."))
        if self.initial.get("is_default") and data.get("is_default") is False:
            self.add_error(
                "is_default", _("One has to be the default. Make another mailbox the default instead.")
            )
        return data

    def _post_clean(self) -> None:
        """The service sets the fields, and compares them with what is stored: leave the row as it is."""
