"""The portal's page for passphrases: what is said on the telephone to be known (Rule T6)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.tenancy.access import portal_view
from tickets.forms.identity import PassphraseForm
from tickets.services.identity import passphrase_set


@require_http_methods(["GET", "POST"])
@portal_view
def passphrase(request: HttpRequest) -> HttpResponse:
    """Set one's own; the IT lead sets anybody's of the school."""
    tenant: Any = request
    form = PassphraseForm(request.POST if request.method == "POST" else None, person=tenant.person)
    if request.method == "POST" and form.is_valid():
        membership = form.cleaned_data["membership"]
        try:
            passphrase_set(
                customer=membership.customer,
                person=membership.person,
                words=form.cleaned_data["words"],
                by=tenant.person,
            )
        except ValidationError as problem:
            form.add_error("words", problem.message_dict["words"])
        else:
            messages.success(
                request, _("The passphrase of %(name)s is set.") % {"name": membership.person.name}
            )
            return redirect(reverse("portal:passphrase", args=[tenant.provider.slug]))
    status = 422 if form.errors else 200
    return render(request, "tickets/portal/passphrase.html", {"form": form}, status=status)
