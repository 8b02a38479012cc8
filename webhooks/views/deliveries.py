"""Settings: one endpoint with its log, and one delivery of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.keys import key_in
from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import settings_url
from webhooks.forms import LogForm
from webhooks.models import Delivery
from webhooks.presentation import attempts_of, event_words, health_of, pretty, state_of
from webhooks.selectors import endpoints_with_counts, log_page
from webhooks.services.deliveries import delivery_resend


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def endpoint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is told, how it is doing, and what was sent."""
    endpoint = get_object_or_404(endpoints_with_counts(), pk=pk)
    form = LogForm(request.GET)
    show = form.cleaned_data["show"] if form.is_valid() else ""
    page = log_page(
        endpoint,
        show=show,
        before=key_in(request.GET.get("before")),
        after=key_in(request.GET.get("after")),
    )
    context = {
        "endpoint": endpoint,
        "health": health_of(endpoint),
        "events": [event_words(one) for one in endpoint.events],
        "form": form,
        "show": show,
        "rows": [(one, event_words(one.event), state_of(one)) for one in page.rows],
        "newer": _address(show, "after", page.newer),
        "older": _address(show, "before", page.older),
    }
    return settings_page(request, "webhooks/settings/endpoint.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def delivery_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent and what was answered; a post sends it again."""
    delivery = get_object_or_404(Delivery.objects.select_related("endpoint"), pk=pk)
    if request.method == "POST":
        try:
            delivery_resend(delivery=delivery)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, _("It is sent again, with the same id."))
        return redirect(settings_url(request, "webhook_delivery", pk))
    context = {
        "delivery": delivery,
        "event": event_words(delivery.event),
        "state": state_of(delivery),
        "body": pretty(delivery.body),
        "attempts": attempts_of(delivery),
    }
    return settings_page(request, "webhooks/settings/delivery.html", context)


def _address(show: str, name: str, key: int | None) -> str:
    if key is None:
        return ""
    return f"?{urlencode({'show': show, name: key} if show else {name: key})}"
