"""A confidential ticket's readers and who has read it; and the way in for senior management (rules T6, T7)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.keys import row_in
from accounts.models import Person
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view, may
from tickets.confidential import readers_now, readings_of, sealed_tickets
from tickets.errors import TicketError
from tickets.forms.confidential import ReaderForm, ReaderReasonForm
from tickets.models import Ticket, TicketReader
from tickets.references import ticket_reference
from tickets.services.confidential import (
    access_take,
    reader_add,
    reader_end,
    ticket_confidential_lift,
    ticket_make_confidential,
)

READINGS_SHOWN = 200


@require_safe
@desk_view(Permission.TAKE_CONFIDENTIAL)
def confidential(request: HttpRequest) -> HttpResponse:
    """The open confidential tickets without a word of them: who reads each, and the way in."""
    tenant: Any = request
    context = {"rows": sealed_tickets(tenant.person), "now": timezone.now()}
    return render(request, "tickets/desk/confidential.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def readers(request: HttpRequest, number: int) -> HttpResponse:
    """Who may read a ticket and who has; the form that makes it confidential; or, to whoever may, the way in."""
    ticket = Ticket.objects.filter(number=number).select_related("customer").first()
    return _draw_sealed(request, number) if ticket is None else _draw(request, ticket)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def readers_act(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """Make it confidential (`start`), open to all again (`lift`), add or end a reader, or take access (`take`)."""
    if action == "take":
        return _take(request, number)
    ticket = get_object_or_404(Ticket.objects.select_related("customer"), number=number)
    if action == "end":
        return _end(request, ticket)
    act = ACTS.get(action)
    if act is None or ticket.is_confidential != (action != "start"):
        return redirect(_url(request, ticket.number))
    form = _form(action, ticket, request.POST)
    if not form.is_valid():
        return _draw(request, ticket, {action: form}, status=422)
    try:
        done = act(ticket, form.cleaned_data)
    except (ValidationError, TicketError) as problem:
        form.add_error(None, " ".join(getattr(problem, "messages", [str(problem)])))
        return _draw(request, ticket, {action: form}, status=422)
    messages.success(request, done)
    return redirect(_url(request, ticket.number))


def _start(ticket: Ticket, data: dict[str, Any]) -> str:
    ticket_make_confidential(ticket=ticket, reason=data["reason"])
    return _("Confidential: only the people named here can read it now.")


def _lift(ticket: Ticket, data: dict[str, Any]) -> str:
    ticket_confidential_lift(ticket=ticket, reason=data["reason"])
    return _("Not confidential any more.")


def _add(ticket: Ticket, data: dict[str, Any]) -> str:
    reader_add(ticket=ticket, person=data["person"], reason=data["reason"])
    return _("%(name)s can read it now.") % {"name": data["person"].name}


ACTS: dict[str, Callable[[Ticket, dict[str, Any]], str]] = {"start": _start, "lift": _lift, "add": _add}


def _form(action: str, ticket: Ticket, data: Any = None) -> Form:
    if action == "add":
        return ReaderForm(data, ticket=ticket, auto_id="add-%s")
    return ReaderReasonForm(data, auto_id=f"{action}-%s")


def _end(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    person = row_in(Person.objects.all(), request.POST.get("person"))
    try:
        if person is None or not ticket.is_confidential:
            raise Http404
        reader_end(ticket=ticket, person=person)
    except TicketError as problem:
        messages.error(request, str(problem))
        return redirect(_url(request, ticket.number))
    messages.success(request, _("%(name)s reads it no longer.") % {"name": person.name})
    tenant: Any = request
    if person.pk == tenant.person.pk:
        return redirect(reverse("desk:home", args=[tenant.provider.slug]))
    return redirect(_url(request, ticket.number))


def _take(request: HttpRequest, number: int) -> HttpResponse:
    tenant: Any = request
    if not may(request, Permission.TAKE_CONFIDENTIAL):
        raise Http404
    form = ReaderReasonForm(request.POST, auto_id="take-%s")
    if not form.is_valid():
        return _draw_sealed(request, number, form, status=422)
    try:
        ticket = access_take(number=number, person=tenant.person, reason=form.cleaned_data["reason"])
    except Ticket.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("You can read it now. Its readers have been told."))
    return redirect(ticket.desk_path(tenant.provider.slug))


def _draw(
    request: HttpRequest, ticket: Ticket, bound: dict[str, Form] | None = None, *, status: int = 200
) -> HttpResponse:
    tenant: Any = request
    bound = bound or {}
    forms = ("add", "lift") if ticket.is_confidential else ("start",)
    current = list(readers_now(ticket)) if ticket.is_confidential else []
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(tenant.provider.slug),
        "here": _url(request, ticket.number),
        "readers": [{"row": row, "may_end": _may_end(ticket, row, current)} for row in current],
        "readings": readings_of(ticket)[:READINGS_SHOWN],
        "forms": {key: bound.get(key) or _form(key, ticket) for key in forms},
        "shown": next(iter(bound), ""),
    }
    return render(request, "tickets/desk/readers.html", context, status=status)


def _may_end(ticket: Ticket, row: TicketReader, current: list[TicketReader]) -> bool:
    """As the service would say; the last of the staff stays."""
    staff = [one for one in current if one.person.is_staff and one.person.is_active]
    return row.person_id not in {ticket.requester_id, ticket.assignee_id} and staff != [row]


def _draw_sealed(
    request: HttpRequest, number: int, form: Form | None = None, *, status: int = 200
) -> HttpResponse:
    """For whoever may take access: no word of the ticket. Nobody else learns that it is there."""
    tenant: Any = request
    if not may(request, Permission.TAKE_CONFIDENTIAL):
        raise Http404
    found = sealed_tickets(tenant.person, numbers=[number])
    if not found:
        raise Http404
    context = {
        "sealed": found[0],
        "here": _url(request, number),
        "form": form or ReaderReasonForm(auto_id="take-%s"),
    }
    return render(request, "tickets/desk/sealed.html", context, status=status)


def _url(request: HttpRequest, number: int) -> str:
    tenant: Any = request
    return reverse("desk:readers", args=[tenant.provider.slug, number])
