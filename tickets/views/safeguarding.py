"""Settings: who reads every confidential request, and how callers are verified (Rule T6)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from tickets.forms.confidential import SafeguardingForm
from tickets.services.confidential import safeguarding_contacts_set
from tickets.services.identity import identity_policy_set


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def safeguarding(request: HttpRequest) -> HttpResponse:
    """The safeguarding contacts, the methods, and the categories whose callers are verified."""
    form = SafeguardingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        safeguarding_contacts_set(people=form.cleaned_data["people"])
        identity_policy_set(methods=form.cleaned_data["methods"], categories=form.cleaned_data["categories"])
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, "safeguarding"))
    return settings_form_page(
        request,
        form,
        heading=_("Safeguarding and identity"),
        action=_("Save"),
        cancel_url=settings_url(request, "home"),
    )
