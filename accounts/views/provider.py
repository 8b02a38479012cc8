"""Settings: the provider's brand, addresses and switches."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.provider import BrandForm, SwitchesForm
from accounts.models import Provider
from accounts.permissions import Permission
from accounts.services import audit_record
from accounts.settings_menu import settings_form_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def provider_brand(request: HttpRequest) -> HttpResponse:
    """Name, colour, addresses."""
    return _edit(request, BrandForm, page="brand", heading=_("Brand and addresses"))


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def provider_switches(request: HttpRequest) -> HttpResponse:
    """Sign-in rules and what customers may do."""
    return _edit(request, SwitchesForm, page="switches", heading=_("Sign-in and switches"))


def _edit(
    request: HttpRequest, form_class: type[BrandForm | SwitchesForm], *, page: str, heading: str
) -> HttpResponse:
    tenant: Any = request
    provider = Provider.objects.get(pk=tenant.provider.pk)
    form = form_class(posted(request), instance=provider)
    before = {name: getattr(tenant.provider, name) for name in form.fields}
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            changes = {name: (before[name], form.cleaned_data[name]) for name in form.changed_data}
            if changes:
                audit_record(action="provider.changed", target=provider, changes=changes)
        messages.success(request, _("Saved."))
        return redirect(settings_url(request, page))
    return settings_form_page(
        request, form, heading=heading, action=_("Save"), cancel_url=settings_url(request, "home")
    )
