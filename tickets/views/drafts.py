"""Drafts of a ticket's page: what is typed in one of its forms and not sent yet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from tickets.models import DraftKind, Ticket
from tickets.services.drafts import LONGEST, draft_discard, draft_save
from tickets.views.walking import ticket_address


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_draft(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Keep what was typed, or with `then=discard` forget it. The script (`static/js/drafts.js`) is answered 204."""
    tenant: Any = request
    ticket = get_object_or_404(Ticket, number=number)
    if kind not in DraftKind.values:
        raise Http404
    of = {"ticket": ticket, "person": tenant.person, "kind": DraftKind(kind)}
    if request.POST.get("then") == "discard":
        draft_discard(**of)
        told = _("The draft is gone.")
    else:
        try:
            draft_save(**of, text=request.POST.get("text", ""), by_phone="by_phone" in request.POST)
        except ValidationError as problem:
            return HttpResponse("\n".join(problem.messages), status=422, content_type="text/plain")
        told = _("Kept as a draft. Only you see it, here and in the queue.")
    if "by_script" in request.POST:
        return HttpResponse(status=204)
    messages.success(request, told)
    return redirect(f"{ticket_address(request, ticket)}#composer")


def drafts_keep(request: HttpRequest, ticket: Ticket) -> None:
    """What the script sends along with another form of the page, which would otherwise lose it."""
    tenant: Any = request
    for kind in DraftKind:
        text = request.POST.get(f"draft_{kind}")
        if text is not None and len(text) <= LONGEST:
            draft_save(
                ticket=ticket,
                person=tenant.person,
                kind=kind,
                text=text,
                by_phone=f"draft_{kind}_by_phone" in request.POST,
            )
