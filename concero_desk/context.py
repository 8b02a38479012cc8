"""What every page's template knows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.navigation import navigation_for
from accounts.own_schools import own_schools_of, school_chosen


def page(request: HttpRequest) -> dict[str, Any]:
    """The provider, the person, their permissions and their menu, where a tenant's page is shown."""
    provider = getattr(request, "provider", None)
    person = getattr(request, "person", None)
    if provider is None or person is None:
        return {"provider": provider, "person": person, "permissions": frozenset(), "navigation": []}
    return {
        "provider": provider,
        "person": person,
        "permissions": request.permissions,  # type: ignore[attr-defined]
        "navigation": navigation_for(request),
        "own_schools": own_schools_of(request),
        "school_chosen": school_chosen(request),
        "home_url": reverse("desk:home" if person.is_staff else "portal:home", args=[provider.slug]),
    }
