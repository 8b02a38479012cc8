"""A ticket's page for the desk: everything about it on one screen, and what can be done with it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Person
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.tenancy.scope import current_scope
from contracts.coverage.facts import known_words
from sla.explain import explain_clock
from sla.presentation import trace_strip, trace_table
from tickets.attention import with_owed
from tickets.between import seen_of, seen_read
from tickets.clock_faces import face_of
from tickets.coverage import CoveragePanel, TicketCoverageForm, book_for, coverage_panel, facts_read
from tickets.errors import StaleTicket, TicketError
from tickets.forms.desk import CalloutForm
from tickets.forms.fields import OnceForm, tell_at_fields
from tickets.identity import is_unverified
from tickets.merging import merge_of
from tickets.models import (
    BreachReason,
    Channel,
    CoverageRecord,
    Draft,
    DraftKind,
    Explanation,
    ReadingWay,
    Ticket,
    TicketQuote,
    TicketVisit,
)
from tickets.presence import presence_sign
from tickets.references import ticket_reference
from tickets.selectors import conversation_of, drafts_of
from tickets.services.base import open_clocks
from tickets.services.callouts import callout_refusal
from tickets.services.drafts import draft_discard
from tickets.services.readings import reading_record
from tickets.services.seeing import ticket_seen_check
from tickets.services.sending import sent_once
from tickets.services.work import missed_clocks, ticket_clocks
from tickets.views.acting.action import Action
from tickets.views.actions import ACTIONS
from tickets.views.drafts import drafts_keep
from tickets.views.live import ticket_live
from tickets.views.stopped import stopped_page
from tickets.views.walking import ticket_address, walk_of, walk_shown

WITH_ALL = (
    "customer",
    "customer__success_manager",
    "requester",
    "level",
    "category",
    "team",
    "assignee",
    "response_clock__calendar",
    "fix_clock",
    "coverage__by",
    "coverage__overrules",
    "identity__by",
    "contract__package__version",
    "contract__calendar",
    "asked",
    "approval__decided_by",
)
# What the coverage panel reads while somebody is choosing: it is drawn anew with every answer.
WITH_COVERAGE = ("category", "coverage", "contract__package__version")


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_page(request: HttpRequest, number: int) -> HttpResponse:
    """Conversation, clocks, contract and actions of one ticket; `?do=` opens the form of an action."""
    ticket, wanted = _ticket(number), request.GET.get("do", "")
    form = _form_on_demand(request, ticket, wanted)
    if form is None:
        return _draw(request, ticket)
    if wanted == "callout" and (refusal := callout_refusal(ticket)):
        assert isinstance(form, CalloutForm)
        form.refusal = refusal
    if request.htmx:  # type: ignore[attr-defined]
        context = {
            "form": form,
            "key": wanted,
            "path": ticket.desk_path(_slug(request)),
            "action": ACTIONS[wanted].button,
            "seen": request.GET.get("seen", ""),
            "came_from": walk_of(request) or "",
        }
        return render(request, "tickets/desk/_action_form.html", context)
    return _draw(request, ticket, {wanted: form})


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_act(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """Do one of the actions of `tickets.views.actions`, then show the ticket again.

    What cannot be done comes back with the page, nothing typed lost.
    """
    ticket = _ticket(number)
    chosen = ACTIONS.get(action)
    drafts_keep(request, ticket)
    if chosen is None or not _allowed(request, chosen):
        return redirect(ticket_address(request, ticket))
    back = redirect(ticket_address(request, ticket))
    form = chosen.made(ticket, request.POST, request.FILES)
    if not chosen.fits(ticket):
        typed = any(not field.is_hidden for field in form)
        return stopped_page(request, ticket, form, action) if typed else back
    if not form.is_valid():
        return _draw(request, ticket, {action: form}, status=422)
    done = [_("This was sent already.")]

    def act() -> Ticket:
        ticket_seen_check(ticket=ticket, seen=seen_read(request.POST.get("seen", "")))
        done[0] = chosen.do(request, ticket, form.cleaned_data)
        if chosen.ends_draft:
            draft_discard(ticket=ticket, person=_person(request), kind=chosen.ends_draft)
        return ticket

    try:
        # In one transaction: an act of several steps happens whole or not at all.
        sent_once(customer_id=ticket.customer_id, digest=_digest(request, form, ticket, action), act=act)
    except StaleTicket:
        return stopped_page(request, _ticket(number), form, action)
    except (ValidationError, TicketError) as problem:
        _tell(request, form, problem)
        return _draw(request, _ticket(number), {action: form}, status=422)
    if done[0]:
        messages.success(request, done[0])
    return back


def _tell(request: HttpRequest, form: Form, problem: ValidationError | TicketError) -> None:
    """Say at the form what is wrong; above the page where it is but a button, which may be gone by now."""
    if isinstance(problem, ValidationError):
        tell_at_fields(form, problem)
    elif form.fields:
        form.add_error(None, str(problem))
    else:
        messages.error(request, str(problem))


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_coverage(request: HttpRequest, number: int) -> HttpResponse:
    """The coverage panel for what stands in its form, while somebody is choosing; nothing is kept."""
    tenant: Any = request
    ticket = _ticket(number, WITH_COVERAGE)
    book = book_for(ticket, tenant.provider.time_zone)
    if book is None:
        return redirect(ticket.desk_path(_slug(request)))
    typed = TicketCoverageForm(request.GET, auto_id="covered-%s") if request.GET else None
    context = {
        "ticket": ticket,
        "path": ticket.desk_path(_slug(request)),
        "coverage": coverage_panel(ticket, book, typed=typed, is_preview=True),
        "seen": request.GET.get("seen", ""),
        "came_from": walk_of(request) or "",
    }
    return render(request, "tickets/desk/_coverage_check.html", context)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def ticket_coverage_say(request: HttpRequest, number: int) -> HttpResponse:
    """The page again, the words of the coverage answer after what stands in the composer; nothing is sent or kept.

    With script they go in at the cursor, and nobody comes here (`static/js/insert.js`).
    """
    ticket = _ticket(number)
    drafts_keep(request, ticket)
    typed = request.POST.get("text", "").strip()
    if request.FILES:
        messages.warning(request, _("Please choose the files again: they could not be kept."))
    seen = request.POST.get("seen", "")
    return _draw(request, ticket, say_after=typed, by_phone="by_phone" in request.POST, reply_seen=seen)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def ticket_coverage_history(request: HttpRequest, number: int) -> HttpResponse:
    """Every answer to 'is this covered?' that was given for the ticket, the newest first (Rule P1)."""
    tenant: Any = request
    ticket = _ticket(number)
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(_slug(request)),
        "records": [
            {"record": one, "known": known_words(facts_read(one.facts).items())}
            for one in CoverageRecord.objects.filter(ticket=ticket).select_related("by")
        ],
    }
    return render(request, "tickets/desk/coverage.html", context)


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
    request: HttpRequest,
    ticket: Ticket,
    bound: dict[str, Form] | None = None,
    *,
    status: int = 200,
    say_after: str | None = None,
    by_phone: bool = False,
    reply_seen: str = "",
) -> HttpResponse:
    """The ticket's page. `say_after`: what was typed in the composer, where the coverage answer's words follow it;
    `reply_seen`: the state against which that was written.
    """
    tenant: Any = request
    now = timezone.now()
    late = missed_clocks(ticket)
    reasons = list(BreachReason.objects.filter(clock__in=late).select_related("clock", "by")) if late else []
    explained = {reason.clock_id for reason in reasons}
    bound = bound or {}
    book = book_for(ticket, tenant.provider.time_zone)
    panel = coverage_panel(ticket, book, typed=bound.get("covered")) if book else None
    said = "" if panel is None or say_after is None else panel.wording
    drafts = drafts_of(ticket, _person(request))
    if say_after is not None:
        reply: dict[str, Any] = {"text": "\n\n".join(filter(None, [say_after, said])), "by_phone": by_phone}
    else:
        reply = _draft_words(drafts.get(DraftKind.REPLY))
    note = _draft_words(drafts.get(DraftKind.NOTE))
    page = uuid4()
    presence_sign(ticket=ticket, person=_person(request), page=page)
    conversation = conversation_of(ticket, for_staff=True)
    seen = seen_of(ticket, conversation)
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(tenant.provider.slug),
        "seen": seen,
        "came_from": walk_of(request) or "",
        "walk": walk_shown(request, ticket, now),
        "reply_seen": reply_seen or (bound and request.POST.get("seen")) or seen,
        "response": face_of(ticket.response_clock, now),
        "fix": face_of(ticket.fix_clock, now),
        "conversation": conversation,
        "left": {"url": reverse("visits:left", args=[tenant.provider.slug, ticket.contract_id])}
        if ticket.contract_id
        else None,
        "coverage": panel,
        "is_unverified": is_unverified(ticket) and bool(tenant.provider.identity_methods),
        "missing_reasons": [clock for clock in late if clock.pk not in explained],
        "reasons": reasons,
        "explanation": _explanation(ticket),
        "visits": TicketVisit.objects.filter(ticket=ticket).select_related("visit__engineer"),
        "quotes": TicketQuote.objects.filter(ticket=ticket).select_related("quote"),
        "call_backs": ticket.call_backs.filter(done_at__isnull=True).select_related("person", "technician"),
        "forms": _forms(request, ticket, bound, panel, {"reply": reply, "note": note}),
        "drafts": drafts,
        "merge": _merged(request, ticket),
        "composed": bound.get("macro"),
        "shown": next(iter(bound), "note" if DraftKind.NOTE in drafts else ""),
        "now": now,
        "phone_channel": Channel.PHONE,
        **ticket_live(request, ticket, page),
    }
    return render(request, "tickets/desk/ticket.html", context, status=status)


def _merged(request: HttpRequest, ticket: Ticket) -> dict[str, Any] | None:
    """Where a ticket is dealt with that was merged into another."""
    tenant: Any = request
    merge = merge_of(ticket)
    if merge is None:
        return None
    reference = ticket_reference(tenant.provider, merge.into.number)
    return {"merge": merge, "reference": reference, "path": merge.into.desk_path(_slug(request))}


def _draft_words(draft: Draft | None) -> dict[str, Any]:
    return {"text": draft.text, "by_phone": draft.by_phone} if draft else {}


def _explanation(ticket: Ticket) -> Explanation | None:
    """The draft that waits for a person's words; there is none before a clock has warned or missed."""
    in_danger = [clock for clock in open_clocks(ticket) if clock.warned_at or clock.breached_at]
    if not in_danger:
        return None
    return Explanation.objects.filter(
        clock__in=in_danger, message__isnull=True, dismissed_at__isnull=True
    ).first()


def _forms(
    request: HttpRequest,
    ticket: Ticket,
    bound: dict[str, Form],
    panel: CoveragePanel | None,
    typed: dict[str, dict[str, Any]],
) -> dict[str, Form | bool]:
    """The forms that are offered; True for one that is drawn when somebody opens it."""
    initial: dict[str, dict[str, Any]] = {
        **typed,
        "overrule": {"answer": panel.shown.answer, "wording": panel.wording} if panel else {},
    }
    return {
        key: bound.get(key) or action.on_demand or _new_form(key, ticket, initial.get(key))
        for key, action in ACTIONS.items()
        if _allowed(request, action) and action.fits(ticket)
    }


def _form_on_demand(request: HttpRequest, ticket: Ticket, key: str) -> Form | None:
    action = ACTIONS.get(key)
    if action is None or not (action.on_demand and _allowed(request, action) and action.fits(ticket)):
        return None
    initial: dict[str, dict[str, Any]] = {
        "assign": {"assignee": ticket.assignee_id, "team": ticket.team_id},
        "level": {"level": ticket.level_id},
    }
    form = _new_form(key, ticket, initial.get(key))
    # What a link proposes, as a free time does: only a first value, like any that somebody types.
    form.initial.update({name: request.GET[name] for name in form.fields if name in request.GET})
    return form


def _new_form(key: str, ticket: Ticket, initial: dict[str, Any] | None) -> Form:
    return ACTIONS[key].made(ticket, initial=initial, auto_id=f"{key}-%s")


def _allowed(request: HttpRequest, action: Action) -> bool:
    tenant: Any = request
    return action.permission in tenant.permissions


def _ticket(number: int, related: Sequence[str] = WITH_ALL) -> Ticket:
    ticket = get_object_or_404(with_owed(Ticket.objects.select_related(*related)), number=number)
    reading_record(ticket=ticket, person_id=current_scope().person_id, way=ReadingWay.PAGE)
    return ticket


def _person(request: HttpRequest) -> Person:
    tenant: Any = request
    person: Person = tenant.person
    return person


def _slug(request: HttpRequest) -> str:
    tenant: Any = request
    return str(tenant.provider.slug)
