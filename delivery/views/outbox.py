"""Settings: mail that waits, was sent or was given up."""

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import settings_url
from accounts.views.paging import page_of
from delivery.models import MailPurpose, MailState, OutboundMail
from delivery.services import mail_retry


class OutboxForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Address or subject"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False, choices=[("", gettext_lazy("All")), *MailState.choices]
    )


@require_safe
@desk_view(Permission.MANAGE_MAIL)
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest mail first; what was given up can be tried again."""
    form = OutboxForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = OutboundMail.objects.select_related("customer").defer("text", "html")
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if words := asked.get("q", "").strip():
        rows = rows.filter(Q(subject__icontains=words) | Q(recipients__contains=[words.lower()]))
    context = {
        "form": form,
        "page": page_of(request, rows),
        "dead": OutboundMail.objects.filter(state=MailState.DEAD).count(),
        "sign_in": MailPurpose.SIGN_IN,
    }
    return settings_page(request, "delivery/settings/outbox.html", context)


@require_POST
@desk_view(Permission.MANAGE_MAIL)
def outbox_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a mail again that was given up."""
    mail = get_object_or_404(OutboundMail, pk=pk)
    if mail_retry(mail=mail):
        messages.success(request, _("It is sent again."))
    else:
        messages.error(
            request, _("This mail cannot be sent again: it is not given up, or its code has expired.")
        )
    return redirect(settings_url(request, "outbox"))
