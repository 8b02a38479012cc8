"""Mail that was kept back: why, what it says, and what a technician does with it (rules T5, I2)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.paging import page_of
from tickets.errors import TicketError
from tickets.forms.held_mail import HeldMailForm, RejectForm, ReleaseForm
from tickets.intake.parsing import Unparsable, mail_parse
from tickets.intake.quarantine import (
    RELEASED,
    inbound_rows,
    quarantine_reject,
    quarantine_release,
    quarantine_retry,
)
from tickets.intake.reasons import reason_words
from tickets.intake.storing import raw_of
from tickets.models import InboundMail, InboundState
from tickets.references import ticket_reference

STATES = (InboundState.QUARANTINED, InboundState.IGNORED, InboundState.REJECTED, InboundState.STORED)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def held_mail(request: HttpRequest) -> HttpResponse:
    """What waits for a decision; also what was ignored or rejected, with the reason."""
    wanted = request.GET.get("state", InboundState.QUARANTINED)
    state = InboundState(wanted) if wanted in STATES else InboundState.QUARANTINED
    form = HeldMailForm({"state": state, "q": request.GET.get("q", "")})
    words = str(form.cleaned_data["q"]).strip() if form.is_valid() else ""
    page = page_of(request, inbound_rows(state, words=words))
    tabs = [{"label": one.label, "url": f"?state={one.value}", "current": one == state} for one in STATES]
    rows = [(one, reason_words(one.reason)) for one in page.rows]
    clear_url = f"?state={state.value}"
    context = {
        "clear_url": clear_url,
        "page": page,
        "rows": rows,
        "tabs": tabs,
        "state": state,
        "form": form,
        "words": words,
    }
    return render(request, "tickets/desk/held_mail.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def held_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, as text only: nothing of it is fetched or run."""
    return _draw(request, _message(pk), ReleaseForm(), RejectForm())


@require_POST
@desk_view(Permission.WORK_TICKETS)
def held_message_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a ticket for the school that the technician names."""
    found, form = _message(pk), ReleaseForm(request.POST)
    if not form.is_valid():
        return _draw(request, found, form, RejectForm(), status=422)
    tenant: Any = request
    try:
        ticket = quarantine_release(
            inbound=found, customer=form.cleaned_data["customer"], person=form.cleaned_data["person"]
        )
    except TicketError as problem:
        form.add_error(None, str(problem))
        return _draw(request, found, form, RejectForm(), status=422)
    reference = ticket_reference(tenant.provider, ticket.number)
    messages.success(request, _("Released as %(reference)s.") % {"reference": reference})
    return redirect(ticket.desk_path(tenant.provider.slug))


@require_POST
@desk_view(Permission.WORK_TICKETS)
def held_message_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """It never becomes a ticket; its bytes stay."""
    found, form = _message(pk), RejectForm(request.POST)
    if not form.is_valid():
        return _draw(request, found, ReleaseForm(), form, status=422)
    tenant: Any = request
    try:
        quarantine_reject(inbound=found, reason=form.cleaned_data["reason"])
    except TicketError as problem:
        form.add_error(None, str(problem))
        return _draw(request, found, ReleaseForm(), form, status=422)
    messages.success(request, _("Rejected. Its bytes are kept."))
    return redirect("desk:held_mail", provider=tenant.provider.slug)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def held_message_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge it anew, once its school, domain or person has been entered."""
    found = _message(pk)
    tenant: Any = request
    try:
        found = quarantine_retry(inbound=found)
    except TicketError as problem:
        messages.error(request, str(problem))
    else:
        if found.ticket is not None and found.state in (InboundState.TICKET, InboundState.REPLY):
            reference = ticket_reference(tenant.provider, found.ticket.number)
            messages.success(request, _("Accepted: %(reference)s.") % {"reference": reference})
            return redirect(found.ticket.desk_path(tenant.provider.slug))
        why = found.get_quarantine_display() or reason_words(found.reason)
        messages.info(request, _("It is still no ticket: %(why)s.") % {"why": why})
    return redirect("desk:held_message", provider=tenant.provider.slug, pk=pk)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def held_message_raw(request: HttpRequest, pk: int) -> FileResponse:
    """The message byte for byte, as a download."""
    found = get_object_or_404(InboundMail, pk=pk)
    try:
        content = raw_of(found)
    except FileNotFoundError as lost:
        raise Http404 from lost
    response = FileResponse(
        content,
        as_attachment=True,
        filename=f"message-{found.pk}.eml",
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _message(pk: int) -> InboundMail:
    return get_object_or_404(InboundMail.objects.select_related("mailbox", "ticket", "decided_by"), pk=pk)


def _draw(
    request: HttpRequest, found: InboundMail, release: forms.Form, reject: forms.Form, *, status: int = 200
) -> HttpResponse:
    context = {
        "mail": found,
        "text": _text(found),
        "reason": reason_words(found.reason),
        "release": release,
        "reject": reject,
        "waits": found.state == InboundState.QUARANTINED,
        "may_open": found.state in RELEASED,
    }
    return render(request, "tickets/desk/held_message.html", context, status=status)


def _text(found: InboundMail) -> str:
    try:
        return mail_parse(bytes(found.raw)).text
    except Unparsable:
        return ""
