"""Pages outside any app: the way in, the provider's colours, and the answer to 'are you well?'."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import Provider
from accounts.tenancy.access import public_view
from accounts.tenancy.lookups import Membership, memberships_of
from accounts.tenancy.scope import open_scope
from concero_desk.ui.colour import theme_css


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers; for load balancers and containers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers and feeds that ask for the old name of the mark, whatever the page says."""
    return redirect(static("img/mark.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines: what can be read without signing in says nothing."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the desk or the portal of the user's provider; a choice where there are several (Rule T3)."""
    doors: list[dict[str, Any]] = []
    for membership in memberships_of(request.user.pk or 0):
        with open_scope(membership.scope()):
            provider = Provider.objects.get(pk=membership.provider_id)
            doors.append({"provider": provider, "door": _first_page(membership)})
    if len(doors) == 1:
        return redirect(doors[0]["door"], provider=doors[0]["provider"].slug)
    return render(request, "home.html", {"doors": doors})


def _first_page(membership: Membership) -> str:
    """Where somebody lands after they have signed in; with several schools, on the page over all of them."""
    if membership.is_staff:
        return "desk:home"
    return "portal_schools:list" if len(membership.customer_ids) > 1 else "portal:home"


def no_own_address(request: HttpRequest) -> HttpResponse:
    """In place of allauth's page: 404, for nobody chooses the address of their own credential (Rule T4).

    It joins the credential to people by their address, in every provider; whoever took the address of somebody that is
    to be added next would become that person.
    """
    raise Http404


@require_safe
@public_view
@cache_control(max_age=300, public=True)
def provider_theme(request: HttpRequest) -> HttpResponse:
    """The provider's accent colour as a stylesheet, since the content policy allows no inline style."""
    accent = request.provider.accent  # type: ignore[attr-defined]
    return HttpResponse(theme_css(accent), content_type="text/css")
