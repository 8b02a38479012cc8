"""What a reader chose about every page: theme and density, kept in two cookies, and whether single keys do anything.

The server renders the choices on the root element, so a page never flashes in the wrong theme. Keys are a matter of the
person, not of a machine: they are kept with the credential.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.services import single_keys_set

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")
CHOICES = {"theme": THEMES, "density": DENSITIES}
KEYS = {"on": True, "off": False}
YEAR_SECONDS = 365 * 24 * 60 * 60


def chosen(request: HttpRequest, name: str) -> str:
    """The reader's choice for ``theme`` or ``density``; the first allowed one without a good cookie."""
    allowed = CHOICES[name]
    value = request.COOKIES.get(name, "")
    return value if value in allowed else allowed[0]


def appearance(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``theme`` (system, light, dark) and ``density`` (comfortable, compact)."""
    return {"theme": chosen(request, "theme"), "density": chosen(request, "density")}


@require_POST
def appearance_update(request: HttpRequest) -> HttpResponse:
    """Keep the posted ``theme`` and ``density`` for a year, and ``single_keys`` (on, off) with whoever has signed in.

    Then back to ``next``, a path of this site.
    """
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    if request.user.is_authenticated and request.POST.get("single_keys") in KEYS:
        single_keys_set(user=request.user, works=KEYS[request.POST["single_keys"]])
    response = HttpResponseRedirect(target)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response
