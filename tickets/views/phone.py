"""Telephone: find the caller, log while talking, fix on the spot or agree a call-back (Rule I5)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import CustomerMembership
from accounts.nominating import asking_rows
from accounts.people import person_phone_add
from accounts.permissions import Permission
from accounts.telephone import Number, first_number, number_typed, part_keys
from accounts.tenancy.access import Door, desk_view, may
from contracts.coverage import Coverage
from contracts.selectors import channel_answer, contract_on
from sla.times import local_day
from tickets.asking_panels import ASKING_PANELS
from tickets.callers import caller_has, callers_found
from tickets.coverage import category_chosen, coverage_of_category
from tickets.errors import WrongState
from tickets.forms.desk import CallerForm, CallForm
from tickets.models import Channel, Ticket
from tickets.references import ticket_reference
from tickets.selectors import call_backs_due, everyday_forms
from tickets.services.call_backs import call_back_agree
from tickets.services.opening import ticket_open
from tickets.services.sending import sent_once
from tickets.services.work import ticket_fix


@require_safe
@desk_view(Permission.WORK_TICKETS)
def phone(request: HttpRequest) -> HttpResponse:
    """Who is calling? By name, school, e-mail or number; with one answer the call itself, at once.

    A telephone system opens `?number=` with what its display shows. While somebody types, only the list is drawn.
    """
    tenant: Any = request
    form = CallerForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "number": ""}
    number = number_typed(asked["number"])
    # A withheld number comes as a word, which is nobody's name.
    words = asked["q"].strip() or (asked["number"] if part_keys(asked["number"]) else "")
    found = callers_found(words)
    if len(found.rows) == 1 and not found.is_guess and not tenant.htmx:
        return redirect(_call_path(request, found.rows[0], number or number_typed(words)))
    context = {
        "form": CallerForm(initial={"q": asked["q"], "number": asked["number"]}),
        "words": words,
        "found": found,
        "number": number or number_typed(words),
    }
    template = "tickets/desk/_callers.html" if tenant.htmx else "tickets/desk/phone.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def phone_call(request: HttpRequest, membership: int) -> HttpResponse:
    """The call of one person of one school; `?number=`: from where they call."""
    caller = get_object_or_404(CustomerMembership.objects.select_related("person", "customer"), pk=membership)
    number = number_typed(request.POST.get("called_from") or request.GET.get("number", ""))
    is_new = number is not None and not caller_has(caller, number)
    initial = {"phone": _number_to_call(caller, number), "called_from": number.plain if number else ""}
    new_number = number if is_new else None
    form = CallForm(request.POST or None, initial=initial, new_number=new_number)
    asks_only = request.POST.get("then") == "ask"
    if request.method == "POST" and not asks_only and form.is_valid():
        ticket = _logged(request, caller, form, new_number)
        if ticket is not None:
            return redirect(ticket.desk_path(ticket.provider.slug))
    context = {
        "form": form,
        "number": number,
        "answer": _answer(request, caller),
        **caller_context(request, caller),
        "everyday": everyday_forms(),
        "coverage": _coverage(request, caller, request.POST.get("category", "")),
        "panels": ASKING_PANELS.drawn(request, Door.DESK),
        "recent": Ticket.objects.filter(customer=caller.customer).order_by("-id")[:5],
    }
    if asks_only:  # what was typed stays; what is still missing is no error yet
        typed = {**form.initial, **request.POST.dict()}
        context["form"] = CallForm(initial=typed, new_number=new_number)
    status = 422 if context["form"].errors else 200
    return render(request, "tickets/desk/call.html", context, status=status)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def phone_coverage(request: HttpRequest, membership: int) -> HttpResponse:
    """Whether the caller's school is covered for the category in the address, while it is being chosen."""
    caller = get_object_or_404(CustomerMembership.objects.select_related("customer"), pk=membership)
    coverage = _coverage(request, caller, request.GET.get("category", ""))
    return render(request, "tickets/_category_coverage.html", {"coverage": coverage})


@require_safe
@desk_view(Permission.WORK_TICKETS)
def call_backs(request: HttpRequest) -> HttpResponse:
    """Whom we have promised to call, the next first: all of us, or `?whose=mine`."""
    tenant: Any = request
    mine = request.GET.get("whose") == "mine"
    rows = call_backs_due(person=tenant.person if mine else None)
    return render(
        request, "tickets/desk/call_backs.html", {"rows": rows[:200], "mine": mine, "now": timezone.now()}
    )


def _call_path(request: HttpRequest, caller: CustomerMembership, number: Number | None) -> str:
    tenant: Any = request
    path = reverse("desk:phone_call", args=[tenant.provider.slug, caller.pk])
    return f"{path}?{urlencode({'number': number.plain})}" if number else path


def _number_to_call(caller: CustomerMembership, number: Number | None) -> str:
    """Where to reach them: where they call from, else their own number, else the school's."""
    return number.shown if number else first_number(caller.person.phone, caller.customer.phone)


def _logged(
    request: HttpRequest, caller: CustomerMembership, form: CallForm, new_number: Number | None
) -> Ticket | None:
    """The call's ticket; None where the fix on the spot is refused, which the form then says."""
    tenant: Any = request
    try:
        ticket, _is_new = sent_once(
            customer_id=caller.customer_id,
            digest=form.digest(tenant.person.pk, caller.pk, "call"),
            act=lambda: _log(request, caller, form.cleaned_data, new_number),
        )
    except WrongState as problem:
        form.add_error("fix", _("%(why)s Log the call without a fix, then verify.") % {"why": problem})
        return None
    reference = ticket_reference(tenant.provider, ticket.number)
    messages.success(request, _("Logged as %(reference)s.") % {"reference": reference})
    return ticket


def _log(
    request: HttpRequest, caller: CustomerMembership, data: dict[str, Any], new_number: Number | None
) -> Ticket:
    tenant: Any = request
    ticket = ticket_open(
        customer=caller.customer,
        requester=caller.person,
        subject=data["subject"],
        text=data["text"],
        channel=Channel.PHONE,
        category=data["category"],
        level=data["level"],
        assignee=tenant.person,
        is_confidential=data["is_confidential"],
        acknowledge=not data["fix"],  # nobody is promised an answer that they have had
    )
    if data["fix"]:
        ticket_fix(ticket=ticket, author=tenant.person, text=data["fix"], channel=Channel.PHONE)
    if data["call_back_at"]:
        call_back_agree(ticket=ticket, person=caller.person, phone=data["phone"], at=data["call_back_at"])
    if new_number is not None and data["keep_number"]:
        person_phone_add(person=caller.person, number=new_number)
    return ticket


def _coverage(request: HttpRequest, caller: CustomerMembership, category: str) -> Coverage | None:
    tenant: Any = request
    chosen = category_chosen(category)
    if chosen is None:
        return None
    day = local_day(timezone.now(), tenant.provider.time_zone)
    return coverage_of_category(
        customer_id=caller.customer_id, category=chosen, channel=Channel.PHONE, day=day
    )


def caller_context(request: HttpRequest, caller: CustomerMembership) -> dict[str, Any]:
    """The caller, and whether their school would have to nominate them first."""
    return {
        "caller": caller,
        "not_nominated": _not_nominated(request, caller),
        "may_nominate": may(request, Permission.MANAGE_PEOPLE),
    }


def _not_nominated(request: HttpRequest, caller: CustomerMembership) -> bool:
    """Whether the school would have to nominate the caller first (Rule T4). A warning: the technician decides."""
    tenant: Any = request
    rows = CustomerMembership.objects.filter(person=caller.person, customer=caller.customer).select_related(
        "customer"
    )
    return not asking_rows(rows, provider=tenant.provider)


def _answer(request: HttpRequest, caller: CustomerMembership) -> Any:
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    contract = contract_on(customer_id=caller.customer_id, day=day)
    return channel_answer(contract=contract, channel=Channel.PHONE, day=day) if contract else None
