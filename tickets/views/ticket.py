"""A ticket's page for the desk: everything about it on one screen, and what can be done with it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from contracts.selectors import channel_answer
from sla.explain import explain_clock
from sla.presentation import trace_strip, trace_table
from sla.times import local_day
from tickets.clock_faces import face_of
from tickets.errors import StaleTicket, TicketError
from tickets.forms.fields import OnceForm
from tickets.models import BreachReason, Channel, Explanation, Ticket, TicketVisit
from tickets.references import ticket_reference
from tickets.selectors import conversation_of, others_of_school
from tickets.services.base import open_clocks
from tickets.services.sending import sent_once
from tickets.services.work import missed_clocks, ticket_clocks
from tickets.views.actions import ACTIONS, Action

WITH_ALL = ("customer", "customer__success_manager", "requester", "level", "category", "team", "assignee",
            "response_clock__calendar", "fix_clock", "contract__package__version", "contract__calendar")  # fmt: skip


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_page(request: HttpRequest, number: int) -> HttpResponse:
    """Conversation, clocks, contract and actions of one ticket."""
    return _draw(request, _ticket(number))


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_act(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """Do one of the actions of `tickets.views.actions`, then show the ticket again.

    What cannot be done comes back with the page, nothing typed lost.
    """
    ticket = _ticket(number)
    chosen = ACTIONS.get(action)
    if chosen is None or not _allowed(request, chosen) or not chosen.fits(ticket):
        return redirect(ticket.desk_path(_slug(request)))
    form = chosen.form(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, ticket, {action: form}, status=422)
    done = [_("This was sent already.")]

    def act() -> Ticket:
        done[0] = chosen.do(request, ticket, form.cleaned_data)
        return ticket

    try:
        # In one transaction: an act of several steps happens whole or not at all.
        sent_once(customer_id=ticket.customer_id, digest=_digest(request, form, ticket, action), act=act)
    except ValidationError as problem:
        _tell_at_fields(form, problem)
        return _draw(request, _ticket(number), {action: form}, status=422)
    except TicketError as problem:
        stale = isinstance(problem, StaleTicket)
        form.add_error(None, str(problem))
        if stale:
            form.data = {**request.POST.dict(), "version": str(_ticket(number).version)}
        return _draw(request, _ticket(number), {action: form}, status=409 if stale else 422)
    if done[0]:
        messages.success(request, done[0])
    return redirect(ticket.desk_path(_slug(request)))


def _tell_at_fields(form: Form, problem: ValidationError) -> None:
    """Each message at its field; what belongs to none of the form, above them all."""
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, words in by_field.items():
        form.add_error(name if name in form.fields else None, words)


def _digest(request: HttpRequest, form: Form, ticket: Ticket, action: str) -> str:
    tenant: Any = request
    if not isinstance(form, OnceForm):
        return ""
    return form.digest(tenant.person.pk, ticket.pk, action, request.POST.get("then"))


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_deadline(request: HttpRequest, number: int, clock: int) -> HttpResponse:
    """Explain this deadline: interval by interval, with each closure's name and every recomputation."""
    ticket = _ticket(number)
    chosen = next((one for one in ticket_clocks(ticket) if one.pk == clock), None)
    if chosen is None:
        return redirect(ticket.desk_path(_slug(request)))
    tenant: Any = request
    trace = explain_clock(chosen)
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(_slug(request)),
        "clock": chosen,
        "trace": trace,
        "lines": trace_table(trace),
        "strip": trace_strip(trace, timezone.now()),
        "face": face_of(chosen, timezone.now()),
    }
    return render(request, "tickets/desk/deadline.html", context)


def _draw(
    request: HttpRequest, ticket: Ticket, bound: dict[str, Form] | None = None, *, status: int = 200
) -> HttpResponse:
    tenant: Any = request
    now = timezone.now()
    late = missed_clocks(ticket)
    reasons = list(BreachReason.objects.filter(clock__in=late).select_related("clock", "by")) if late else []
    explained = {reason.clock_id for reason in reasons}
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(tenant.provider.slug),
        "response": face_of(ticket.response_clock, now),
        "fix": face_of(ticket.fix_clock, now),
        "conversation": conversation_of(ticket, for_staff=True),
        "others": others_of_school(ticket),
        "coverage": channel_answer(
            contract=ticket.contract,
            channel=ticket.channel,
            day=local_day(ticket.logged_at, tenant.provider.time_zone),
        )
        if ticket.contract
        else None,
        "missing_reasons": [clock for clock in late if clock.pk not in explained],
        "reasons": reasons,
        "explanation": _explanation(ticket),
        "visits": TicketVisit.objects.filter(ticket=ticket).select_related("visit__engineer"),
        "call_backs": ticket.call_backs.filter(done_at__isnull=True),
        "forms": _forms(request, ticket, bound or {}),
        "shown": next(iter(bound), "") if bound else "",
        "now": now,
        "phone_channel": Channel.PHONE,
    }
    return render(request, "tickets/desk/ticket.html", context, status=status)


def _explanation(ticket: Ticket) -> Explanation | None:
    """The draft that waits for a person's words; there is none before a clock has warned or missed."""
    in_danger = [clock for clock in open_clocks(ticket) if clock.warned_at or clock.breached_at]
    if not in_danger:
        return None
    return Explanation.objects.filter(
        clock__in=in_danger, message__isnull=True, dismissed_at__isnull=True
    ).first()


def _forms(request: HttpRequest, ticket: Ticket, bound: dict[str, Form]) -> dict[str, Form]:
    initial: dict[str, dict[str, Any]] = {
        "reply": {"version": ticket.version},
        "assign": {"assignee": ticket.assignee_id, "team": ticket.team_id},
        "level": {"level": ticket.level_id},
    }
    return {
        key: bound.get(key) or action.form(initial=initial.get(key), auto_id=f"{key}-%s")
        for key, action in ACTIONS.items()
        if _allowed(request, action) and action.fits(ticket)
    }


def _allowed(request: HttpRequest, action: Action) -> bool:
    tenant: Any = request
    return action.permission in tenant.permissions


def _ticket(number: int) -> Ticket:
    return get_object_or_404(Ticket.objects.select_related(*WITH_ALL), number=number)


def _slug(request: HttpRequest) -> str:
    tenant: Any = request
    return str(tenant.provider.slug)
