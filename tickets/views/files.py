"""Attachments, always as downloads, and the HTML of a mail in a frame that can do nothing, with its own pictures."""

from typing import Any

from csp.decorators import csp_replace
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.tenancy.access import shared_view
from tickets.models import Attachment, Direction, Message
from tickets.pictures import HEAD, picture_type, pictures_placed
from tickets.selectors import PORTAL_DIRECTIONS, visible_tickets


@require_safe
@shared_view()
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file, whatever it claims to be, as a download: never shown by the browser under our address."""
    found = get_object_or_404(Attachment.objects.select_related("message"), pk=pk)
    _visible(request, found.message)
    response = FileResponse(
        _opened(found), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": ["'none'"],
        "img-src": ["'self'"],
        "style-src": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        # Also where somebody opens the frame's address by itself. Of our origin, else the browser would ask for the
        # pictures without the cookie that says who asks; no script can make use of that.
        "sandbox": ["allow-same-origin"],
    }
)
@shared_view()
def message_html(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail as it was written, sanitised, without scripts and without anything from elsewhere."""
    message = get_object_or_404(Message.objects.exclude(html=""), pk=pk)
    _visible(request, message)
    tenant: Any = request
    space = "desk" if tenant.scope.is_staff else "portal"
    addresses = {
        one.content_id: reverse(f"{space}:picture", args=[tenant.provider.slug, one.pk])
        for one in message.attachments.exclude(content_id="")
    }
    return render(request, "tickets/message_html.html", {"html": pictures_placed(message.html, addresses)})


@require_safe
@csp_replace({"default-src": ["'none'"], "sandbox": True})
@shared_view()
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """A picture that stands inside a mail. Its own bytes say what it is, and nothing else is shown."""
    inside = Attachment.objects.select_related("message").exclude(content_id="")
    found = get_object_or_404(inside, pk=pk)
    _visible(request, found.message)
    content = _opened(found)
    kind = picture_type(content.read(HEAD))
    if not kind:
        content.close()
        raise Http404
    content.seek(0)
    response = FileResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _opened(found: Attachment) -> "File[bytes]":
    try:
        return found.file.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost


def _visible(request: HttpRequest, message: Message) -> None:
    """The second wall: people of schools see their own tickets only, and never a note."""
    tenant: Any = request
    allowed = visible_tickets(tenant.person).filter(pk=message.ticket_id).exists()
    hidden = not tenant.scope.is_staff and Direction(message.direction) not in PORTAL_DIRECTIONS
    if not allowed or hidden:
        raise Http404
