"""Following a request: the portal's acts, and the link in a mail by which somebody stops without signing in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.keys import row_in
from accounts.models import Person
from accounts.tenancy.access import portal_view, public_view
from accounts.tenancy.scope import Scope, open_scope
from accounts.views.unsigned import unsigned_page
from tickets.errors import TicketError, WrongState
from tickets.forms.watchers import ColleagueForm
from tickets.models import Ticket
from tickets.references import named_in_stop_token, ticket_reference
from tickets.selectors import visible_tickets
from tickets.services.watching import watcher_add, watcher_end
from tickets.watchers import colleague_of, may_add_colleagues, watchers_now


@require_POST
@portal_view
def followers_act(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """Follow it (`start`) or no longer (`stop`); let a colleague follow it (`add`) or end that (`end`)."""
    tenant: Any = request
    ticket = get_object_or_404(visible_tickets(tenant.person), number=number)
    act = ACTS.get(action)
    if act is not None:
        try:
            messages.success(request, act(request, ticket))
        except TicketError as problem:
            messages.error(request, str(problem))
    slug = tenant.provider.slug
    if visible_tickets(tenant.person).filter(pk=ticket.pk).exists():
        return redirect(ticket.portal_path(slug))
    return redirect("portal:tickets", provider=slug)  # who no longer follows it may not see it either


def _start(request: HttpRequest, ticket: Ticket) -> str:
    tenant: Any = request
    watcher_add(ticket=ticket, person=tenant.person, by=tenant.person)
    return _("You follow this request. Our answers come to you by mail as well.")


def _stop(request: HttpRequest, ticket: Ticket) -> str:
    tenant: Any = request
    watcher_end(ticket=ticket, person=tenant.person, by=tenant.person)
    return _("You follow this request no longer.")


def _add(request: HttpRequest, ticket: Ticket) -> str:
    tenant: Any = request
    _needs_right(request, ticket)
    form = ColleagueForm(request.POST)
    if not form.is_valid():
        raise WrongState(_("Please enter the school e-mail address of a colleague."))
    colleague = colleague_of(ticket, form.cleaned_data["email"])
    if colleague is None:
        raise WrongState(
            _(
                "We know nobody at your school with this address. Your IT lead can add them under People first."
            )
        )
    watcher_add(ticket=ticket, person=colleague, by=tenant.person)
    return _("%(name)s follows it now, and is told by mail.") % {"name": colleague.name}


def _end(request: HttpRequest, ticket: Ticket) -> str:
    tenant: Any = request
    _needs_right(request, ticket)
    row = row_in(watchers_now(ticket), request.POST.get("watcher"))
    if row is None:
        return _("This person does not follow it any more.")
    watcher_end(ticket=ticket, person=row.person, by=tenant.person)
    return _("%(name)s follows it no longer.") % {"name": row.person.name}


def _needs_right(request: HttpRequest, ticket: Ticket) -> None:
    tenant: Any = request
    if not may_add_colleagues(tenant.person, ticket):
        raise WrongState(_("Only who asked for it, and your school's leads, choose who else follows it."))


ACTS = {"start": _start, "stop": _stop, "add": _add, "end": _end}


@csrf_exempt  # the link itself is the proof, and mail programs press it by a POST of their own (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@public_view
def stop_following(request: HttpRequest, token: str) -> HttpResponse:
    """Stop following by the link in a mail. Opening it changes nothing, for mail scanners do that; a press does."""
    tenant: Any = request
    named = named_in_stop_token(token, provider_id=tenant.provider.pk)
    if named is None:
        return unsigned_page(request, "tickets/stop_following.html", {}, status=404)
    is_done = request.method == "POST"
    if is_done:
        # Of a confidential ticket too: the rows of those who read it are seen by them.
        with open_scope(Scope(provider_id=tenant.provider.pk, person_id=named.person_id)):
            ticket = Ticket.objects.filter(number=named.number).first()
            person = Person.objects.filter(pk=named.person_id).first()
            if ticket and person:
                watcher_end(ticket=ticket, person=person, by=person)
    context = {"is_done": is_done, "reference": ticket_reference(tenant.provider, named.number)}
    return unsigned_page(request, "tickets/stop_following.html", context)
