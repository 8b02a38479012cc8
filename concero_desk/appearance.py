"""What a reader chose about every page: theme and density, kept in two cookies, and whether single keys do anything.

The server renders the choices on the root element, so a page never flashes in the wrong theme. Keys are a matter of the
person, not of a machine: they are kept with the credential, and in a cookie only for who has not signed in.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.services import single_keys_set

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")
KEYS = ("on", "off")
CHOICES = {"theme": THEMES, "density": DENSITIES, "single_keys": KEYS}
YEAR_SECONDS = 365 * 24 * 60 * 60


def chosen(request: HttpRequest, name: str) -> str:
    """The choice that this browser keeps for a key of `CHOICES`; the first allowed one without a good cookie."""
    allowed = CHOICES[name]
    value = request.COOKIES.get(name, "")
    return value if value in allowed else allowed[0]


def appearance(request: HttpRequest) -> dict[str, str]:
    """Context processor: ``theme``, ``density`` and ``single_keys``, each one of `CHOICES`."""
    found = {name: chosen(request, name) for name in CHOICES}
    user = getattr(request, "user", None)  # not there where a page of the error handler is drawn
    if user is not None and user.is_authenticated:
        found["single_keys"] = "on" if user.single_keys else "off"
    return found


@require_POST
def appearance_update(request: HttpRequest) -> HttpResponse:
    """Keep the posted choices: for a year in this browser, ``single_keys`` with whoever has signed in.

    Then back to ``next``, a path of this site.
    """
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value not in allowed:
            continue
        if name == "single_keys" and request.user.is_authenticated:
            single_keys_set(user=request.user, works=value == "on")
        else:
            response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    return response
