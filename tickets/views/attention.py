"""Settings: how long a ticket may be without an owner, and an escalated one without news (Rule E1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from tickets.forms.attention import AttentionForm
from tickets.services.attention import attention_policy_set
from tickets.services.timers import attention_policy


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def attention(request: HttpRequest) -> HttpResponse:
    """The three limits."""
    form = AttentionForm(posted(request), instance=attention_policy())
    if request.method == "POST" and form.is_valid():
        attention_policy_set(**form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, "attention"))
    return settings_form_page(
        request,
        form,
        heading=_("Owners and updates"),
        lead=_("Minutes and hours of your own opening hours. Leave a field empty, and it is not watched."),
        action=_("Save"),
        cancel_url=settings_url(request, "home"),
    )
