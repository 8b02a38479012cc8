"""Calendar feeds: how to subscribe, a new address, and the feed itself, which needs no sign-in."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer, CustomerMembership
from accounts.permissions import SEES_WHOLE_SCHOOL, Permission
from accounts.tenancy.access import contact_view, desk_view, public_view
from accounts.tenancy.scope import open_scope
from accounts.views.asking import slug_of
from visits.feeds import feed_asked, feed_calendar, feed_token
from visits.models import CalendarFeed
from visits.services.feeds import feed_make, feed_renew


@require_safe
@public_view
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The visits of an engineer or a school, for whoever has the address."""
    tenant: Any = request
    asked = feed_asked(tenant.provider.pk, token)
    if asked is None:
        raise Http404
    with open_scope(asked.scope()):
        content = feed_calendar(asked, tenant.provider, request.get_host(), now=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visits.ics"'
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def subscribe(request: HttpRequest) -> HttpResponse:
    """An engineer's own feed."""
    tenant: Any = request
    return _page(request, "visits/desk/subscribe.html", {"engineer": tenant.person}, {})


@require_http_methods(["GET", "POST"])
@contact_view(SEES_WHOLE_SCHOOL)
def school_subscribe(request: HttpRequest, customer: str) -> HttpResponse:
    """The feed of a school, for those who look after it."""
    tenant: Any = request
    own = CustomerMembership.objects.filter(person=tenant.person, role__in=SEES_WHOLE_SCHOOL)
    school = get_object_or_404(Customer, slug=customer, pk__in=own.values("customer"))
    return _page(request, "visits/portal/subscribe.html", {"customer": school}, {"customer": school})


def _page(
    request: HttpRequest, template: str, whose: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    found = CalendarFeed.objects.filter(**whose).first()
    if request.method == "POST":
        with transaction.atomic():
            if found is None:
                feed_make(**whose)
            else:
                feed_renew(feed=found)
        messages.success(
            request,
            _("The old address is dead. Subscribe with the new one.")
            if found
            else _("Your address is ready."),
        )
        return redirect(request.path)
    address = _address(request, found) if found else ""
    return render(request, template, {**context, "address": address, "feed": found})


def _address(request: HttpRequest, found: CalendarFeed) -> str:
    path = reverse("visit_feed", args=[slug_of(request), feed_token(found)])
    return request.build_absolute_uri(path)
