"""Settings: the endpoints that are told what happens. A secret is shown once, on the page that answers the form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from webhooks.forms import EndpointForm
from webhooks.models import Endpoint, EndpointState
from webhooks.presentation import health_of
from webhooks.selectors import endpoints_with_counts
from webhooks.services.deliveries import endpoint_test
from webhooks.services.endpoints import (
    endpoint_change,
    endpoint_create,
    endpoint_remove,
    endpoint_rotate,
    endpoint_switch,
)


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def endpoint_list(request: HttpRequest) -> HttpResponse:
    """Every endpoint with its health."""
    endpoints = [(one, health_of(one)) for one in endpoints_with_counts()]
    return settings_page(request, "webhooks/settings/endpoints.html", {"endpoints": endpoints})


@never_cache
@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def endpoint_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new endpoint, whose secret is shown then, or one that there is."""
    tenant: Any = request
    endpoint = get_object_or_404(Endpoint, pk=pk) if pk is not None else None
    form = EndpointForm(posted(request), initial=EndpointForm.initial_of(endpoint) if endpoint else None)
    if request.method == "POST" and form.is_valid():
        try:
            if endpoint is None:
                made, secret = endpoint_create(created_by=tenant.person, **form.cleaned_data)
                return _secret_page(request, made, secret)
            endpoint_change(endpoint=endpoint, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "webhook", endpoint.pk))
    return settings_form_page(
        request,
        form,
        heading=endpoint.label if endpoint else _("New webhook"),
        lead=_("Another program is told at once, as JSON that is signed for it."),
        action=_("Save") if endpoint else _("Make the webhook"),
        cancel_url=settings_url(request, "webhook", endpoint.pk)
        if endpoint
        else settings_url(request, "webhooks"),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def endpoint_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Something done to an endpoint; what cannot be taken back is asked first."""
    if action not in ACTIONS:
        raise Http404
    return ACTIONS[action](request, get_object_or_404(Endpoint, pk=pk))


def _test(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        row = endpoint_test(endpoint=endpoint)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect(settings_url(request, "webhook", endpoint.pk))
    messages.success(request, _("A test event is on its way. What came of it stands here in a few seconds."))
    return redirect(settings_url(request, "webhook_delivery", row.pk))


def _switch(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    endpoint = endpoint_switch(endpoint=endpoint, on=endpoint.state != EndpointState.ON)
    words = (
        _("%(name)s is told again what happens from now on.")
        if endpoint.state == EndpointState.ON
        else _("%(name)s is paused. What happens until you switch it on again is not told.")
    )
    messages.success(request, words % {"name": endpoint.label})
    return redirect(settings_url(request, "webhook", endpoint.pk))


def _new_secret(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    if request.method == "POST":
        return _secret_page(request, *endpoint_rotate(endpoint=endpoint))
    return confirm_page(
        request,
        heading=endpoint.label,
        question=_("Make a new secret?"),
        consequences=[
            _("Deliveries are signed with the new secret at once."),
            _(
                "For 24 hours they are signed with the present one as well, so that nothing is lost meanwhile."
            ),
            _("A secret that was replaced before this one ends now."),
        ],
        action=_("Make a new secret"),
        cancel_url=settings_url(request, "webhook", endpoint.pk),
    )


def _remove(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    if request.method == "POST":
        endpoint_remove(endpoint=endpoint)
        messages.success(request, _("%(name)s is removed.") % {"name": endpoint.label})
        return redirect(settings_url(request, "webhooks"))
    return confirm_page(
        request,
        heading=endpoint.label,
        question=_("Remove this webhook?"),
        consequences=[
            _("Its log and what waits to be sent go with it."),
            _("This cannot be taken back. To stop it for a while, pause it."),
        ],
        action=_("Remove"),
        cancel_url=settings_url(request, "webhook", endpoint.pk),
        danger=True,
    )


ACTIONS = {"test": _test, "switch": _switch, "secret": _new_secret, "remove": _remove}


def _secret_page(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    return settings_page(request, "webhooks/settings/secret.html", {"endpoint": endpoint, "secret": secret})
