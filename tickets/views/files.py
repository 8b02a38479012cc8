"""Attachments, always as downloads, and the HTML of a mail in a frame that can do nothing, with its own pictures."""

from typing import Any

from csp.decorators import csp_replace
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.files import download
from accounts.tenancy.access import shared_view
from tickets.models import Attachment, Direction, Message, ReadingWay
from tickets.pictures import pictures_of, pictures_placed
from tickets.selectors import PORTAL_DIRECTIONS, visible_tickets
from tickets.services.readings import reading_record


@require_safe
@shared_view()
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file, whatever it claims to be, as a download: never shown by the browser under our address."""
    found = get_object_or_404(Attachment.objects.select_related("message"), pk=pk)
    _visible(request, found.message, ReadingWay.FILE, f"{found.pk}")
    return download(found)


@require_safe
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": ["'none'"],
        # The mail's own pictures come within the page: the frame has no origin, so the browser would ask for them
        # without the cookie that says who asks. Like this it asks nobody for anything.
        "img-src": ["data:"],
        "style-src": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": True,  # also where somebody opens the frame's address by itself
    }
)
@shared_view()
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as it was written, sanitised, without scripts and without anything from elsewhere."""
    message = get_object_or_404(Message.objects.exclude(html=""), pk=pk)
    _visible(request, message, ReadingWay.MESSAGE, f"{message.pk}")
    html = pictures_placed(message.html, pictures_of(message))
    return render(request, "tickets/message_html.html", {"html": html})


def _visible(request: HttpRequest, message: Message, way: str, what: str) -> None:
    """The second wall: people of schools see their own tickets only, and never a note. A reading is kept (Rule T7)."""
    tenant: Any = request
    ticket = visible_tickets(tenant.person).filter(pk=message.ticket_id).first()
    hidden = not tenant.tenant_scope.is_staff and Direction(message.direction) not in PORTAL_DIRECTIONS
    if ticket is None or hidden:
        raise Http404
    reading_record(ticket=ticket, person_id=tenant.person.pk, way=way, what=what)
