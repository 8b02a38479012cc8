"""Settings: tokens of the API. The secret is shown once, on the page that answers the form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from accounts.views.paging import page_of
from api.forms.tokens import TokenForm
from api.models import ApiToken
from api.services.tokens import token_create, token_revoke

# Fields of the row that the form calls otherwise.
FORM_NAMES = {"person": "acts_for", "expires_at": "expires_on"}


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens by name, dead ones too, with their last use."""
    rows = ApiToken.objects.select_related("person", "customer", "created_by")
    now = timezone.now()
    page = page_of(request, rows)
    for token in page.rows:
        token.alive = token.is_alive(now)
    return settings_page(request, "api/settings/tokens.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret."""
    tenant: Any = request
    form = TokenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        person, customer = form.actor
        try:
            token, secret = token_create(
                name=form.cleaned_data["name"],
                person=person,
                customer=customer,
                created_by=tenant.person,
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(),
            )
        except ValidationError as problem:
            for name, words in problem.message_dict.items():
                form.add_error(FORM_NAMES.get(name, name), words)
        else:
            context = {
                "token": token,
                "secret": secret,
                "example": request.build_absolute_uri("/api/v1/token"),
            }
            return settings_page(request, "api/settings/token_made.html", context)
    return settings_form_page(
        request,
        form,
        heading=_("New API token"),
        lead=_("Whoever has the token can do what it may. Give each program one of its own."),
        action=_("Make the token"),
        cancel_url=settings_url(request, "tokens"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def token_revoke_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then end the token."""
    token = get_object_or_404(ApiToken, pk=pk)
    if request.method == "POST":
        token_revoke(token=token)
        messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": token.name})
        return redirect(settings_url(request, "tokens"))
    return confirm_page(
        request,
        heading=_("Revoke %(name)s") % {"name": token.name},
        question=_("The program that uses this token loses its way in at once. This cannot be taken back."),
        action=_("Revoke the token"),
        cancel_url=settings_url(request, "tokens"),
        danger=True,
    )
