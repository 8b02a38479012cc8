"""Telephone: find the caller, log while talking, fix on the spot or agree a call-back (Rule I5)."""

from typing import Any

from django.contrib import messages
from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import CustomerMembership, Person
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from contracts.coverage import Coverage
from contracts.selectors import channel_answer, contract_on
from sla.times import local_day
from tickets.coverage import category_chosen, coverage_of_category
from tickets.forms.desk import CallerForm, CallForm
from tickets.models import CallBack, Channel, Ticket
from tickets.references import ticket_reference
from tickets.services.call_backs import call_back_agree
from tickets.services.opening import ticket_open
from tickets.services.sending import sent_once
from tickets.services.work import ticket_fix

MOST_CALLERS = 12
LAST_DIGITS = 9  # enough to know a number by, with or without the code of the country


@require_safe
@desk_view(Permission.WORK_TICKETS)
def phone(request: HttpRequest) -> HttpResponse:
    """Who is calling? By name, school, e-mail or number."""
    form = CallerForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = list(_callers(words)[:MOST_CALLERS]) if words else []
    return render(request, "tickets/desk/phone.html", {"form": form, "words": words, "callers": found})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def phone_call(request: HttpRequest, membership: int) -> HttpResponse:
    """The call of one person of one school."""
    caller = get_object_or_404(CustomerMembership.objects.select_related("person", "customer"), pk=membership)
    form = CallForm(request.POST or None, initial={"phone": caller.person.phone or caller.customer.phone})
    asks_only = request.POST.get("then") == "ask"
    if request.method == "POST" and not asks_only and form.is_valid():
        tenant: Any = request
        ticket, _is_new = sent_once(
            customer_id=caller.customer_id,
            digest=form.digest(tenant.person.pk, caller.pk, "call"),
            act=lambda: _log(request, caller, form.cleaned_data),
        )
        messages.success(
            request,
            _("Logged as %(reference)s.") % {"reference": ticket_reference(tenant.provider, ticket.number)},
        )
        return redirect(ticket.desk_path(tenant.provider.slug))
    context = {
        "form": form,
        "caller": caller,
        "answer": _answer(request, caller),
        "coverage": _coverage(request, caller, request.POST.get("category", "")),
        "recent": Ticket.objects.filter(customer=caller.customer).order_by("-id")[:5],
    }
    if asks_only:  # what was typed stays; what is still missing is no error yet
        context["form"] = CallForm(initial={**form.initial, **request.POST.dict()})
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
    """Whom we have promised to call, the next first."""
    rows = CallBack.objects.filter(done_at__isnull=True).select_related(
        "ticket__customer", "person", "technician"
    )
    return render(request, "tickets/desk/call_backs.html", {"rows": rows[:200], "now": timezone.now()})


def _callers(words: str) -> QuerySet[CustomerMembership]:
    digits = "".join(letter for letter in words if letter.isdigit())
    matches = (
        Q(person__name__icontains=words)
        | Q(person__email__icontains=words)
        | Q(customer__name__icontains=words)
    )
    rows = CustomerMembership.objects.all()
    if len(digits) >= 4:
        # As a display shows it, 01632960001 or +441632960001, whatever spaces were stored.
        rows = rows.annotate(own_digits=_digits("person__phone"), school_digits=_digits("customer__phone"))
        ending = digits[-LAST_DIGITS:]
        matches |= Q(own_digits__contains=ending) | Q(school_digits__contains=ending)
    people = Person.objects.filter(is_active=True)
    return (
        rows.filter(matches, person__in=people)
        .select_related("person", "customer")
        .order_by("person__name", "customer__name", "id")
        .distinct("person__name", "customer__name")
    )


def _digits(column: str) -> Func:
    return Func(
        F(column), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )


def _log(request: HttpRequest, caller: CustomerMembership, data: dict[str, Any]) -> Ticket:
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
        acknowledge=not data["fix"],  # nobody is promised an answer that they have had
    )
    if data["fix"]:
        ticket_fix(ticket=ticket, author=tenant.person, text=data["fix"], channel=Channel.PHONE)
    if data["call_back_at"]:
        call_back_agree(ticket=ticket, person=caller.person, phone=data["phone"], at=data["call_back_at"])
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


def _answer(request: HttpRequest, caller: CustomerMembership) -> Any:
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    contract = contract_on(customer_id=caller.customer_id, day=day)
    return channel_answer(contract=contract, channel=Channel.PHONE, day=day) if contract else None
