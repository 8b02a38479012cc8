"""The school's front door: tell us what is wrong, and see what becomes of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.keys import row_in
from accounts.own_schools import has_many_schools, of_school_chosen, school_preset
from accounts.panels import HOME_PANELS
from accounts.tenancy.access import Door, portal_view
from sla.status import closures_ahead, desk_status
from sla.times import local_day
from tickets.asking_panels import ASKING_PANELS
from tickets.confidential import readers_now
from tickets.coverage import category_chosen, coverage_of_category
from tickets.errors import TicketError, WrongState
from tickets.forms.fields import own_schools, tell_at_fields
from tickets.forms.portal import (
    FollowUpForm,
    NewRequestForm,
    PortalLevelForm,
    PortalReasonForm,
    categories,
)
from tickets.merging import followed
from tickets.models import (
    UNDER_WAY,
    Channel,
    EscalationStage,
    EscalationTrigger,
    ReadingWay,
    RequestForm,
    Ticket,
    TicketState,
)
from tickets.references import ticket_reference
from tickets.selectors import (
    conversation_of,
    everyday_forms,
    questions_of_category,
    visible_tickets,
    visible_tickets_with,
)
from tickets.services.approvals import may_decide
from tickets.services.conversation import closed_for_good, message_receive, replies_check, takes_replies
from tickets.services.escalation import ticket_escalate
from tickets.services.opening import ticket_open
from tickets.services.readings import reading_record
from tickets.services.requests import request_open
from tickets.services.sending import sent_once
from tickets.services.work import ticket_change_level, ticket_reopen
from tickets.side_panels import SIDE_PANELS
from tickets.views.received import had_it_words, received_words, schools_without_access

PAGE = 25
SHOWN_AT_HOME = 10
# What a request's line in words needs.
SHOWN_WITH = ("response_clock", "fix_clock", "level", "customer", "contract__package", "approval", "asked")


@require_safe
@portal_view
def home(request: HttpRequest) -> HttpResponse:
    """What is open in words, whether we are there, and closures ahead."""
    tenant: Any = request
    now = timezone.now()
    own = of_school_chosen(request, visible_tickets(tenant.person).filter(state__in=UNDER_WAY))
    context = {
        "tickets": _rows(
            request,
            own.select_related(*SHOWN_WITH)[:SHOWN_AT_HOME],
        ),
        "status": desk_status(now),
        "closures": closures_ahead(local_day(now, tenant.provider.time_zone)),
        "many_schools": has_many_schools(request),
        "panels": HOME_PANELS.drawn(request, Door.PORTAL),
    }
    return render(request, "tickets/portal/home.html", context)


@require_safe
@portal_view
def tickets(request: HttpRequest) -> HttpResponse:
    """Present and past requests."""
    tenant: Any = request
    words = request.GET.get("q", "").replace("\x00", "").strip()  # PostgreSQL takes no NUL
    found = visible_tickets_with(words, tenant.person) if words else visible_tickets(tenant.person)
    rows = of_school_chosen(request, found).select_related(*SHOWN_WITH, "requester")
    page = Paginator(rows.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tickets": _rows(request, page.object_list),
        "words": words,
        "many_schools": has_many_schools(request),
    }
    return render(request, "tickets/portal/tickets.html", context)


@require_http_methods(["GET", "POST"])
@portal_view
def new(request: HttpRequest) -> HttpResponse:
    """Tell us what is wrong."""
    tenant: Any = request
    initial = _about(request)
    asked = _asked(request, initial)
    form = NewRequestForm(
        request.POST or None,
        request.FILES or None,
        initial=school_preset(request) | initial,
        questions=asked.questions.all() if asked else (),
    )
    asks_only = (
        request.POST.get("then") == "ask"
    )  # without script: the questions of the category come with the page
    if asks_only:  # what was typed stays; what is still missing is no error yet
        form = NewRequestForm(initial={**form.initial, **request.POST.dict()}, questions=form.questions)
        if request.FILES:
            messages.warning(request, _("Please choose the files again: they could not be kept."))
    if request.method == "POST" and not asks_only and form.is_valid():
        try:
            ticket, is_new = sent_once(
                customer_id=form.cleaned_data["customer"].pk,
                digest=form.digest(tenant.person.pk, "new"),
                act=lambda: _open(tenant, form, asked),
            )
        except ValidationError as problem:  # somebody of another school of the trust was named
            tell_at_fields(form, problem)
        else:
            messages.success(
                request, received_words(tenant, ticket) if is_new else had_it_words(tenant, ticket)
            )
            return redirect(ticket.portal_path(tenant.provider.slug))
    context = {
        "form": form,
        "asked": asked,
        "everyday": [] if initial or request.method == "POST" else everyday_forms(),
        "status": desk_status(timezone.now()),
        "no_access": schools_without_access(tenant, form.schools),
        "panels": ASKING_PANELS.drawn(request, Door.PORTAL),
    }
    return render(request, "tickets/portal/new.html", context, status=422 if form.errors else 200)


@require_safe
@portal_view
def new_coverage(request: HttpRequest) -> HttpResponse:
    """What the school's package says about the category in the address, while it is being chosen; it stops nobody."""
    tenant: Any = request
    category = category_chosen(request.GET.get("category", ""))
    own = row_in(own_schools(), request.GET.get("customer"))
    coverage = None
    if own and category:
        day = local_day(timezone.now(), tenant.provider.time_zone)
        coverage = coverage_of_category(
            customer_id=own.pk, category=category, channel=Channel.PORTAL, day=day
        )
    return render(request, "tickets/_category_coverage.html", {"coverage": coverage})


@require_safe
@portal_view
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """One request: where it stands, what was said, and a box to add something."""
    return _draw(request, _ticket(request, number), FollowUpForm())


@require_POST
@portal_view
def ticket_add(request: HttpRequest, number: int) -> HttpResponse:
    """Add a message and files; a fixed request opens again by it."""
    tenant: Any = request
    found = _ticket(request, number)
    form = FollowUpForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, found, form, status=422)

    def add() -> Ticket:
        message_receive(
            ticket=found,
            author=tenant.person,
            text=form.cleaned_data["text"],
            channel=Channel.PORTAL,
            attachments=form.cleaned_data["attachments"],
        )
        return found

    try:
        digest = form.digest(tenant.person.pk, found.pk, "add")
        sent_once(customer_id=found.customer_id, digest=digest, act=add)
    except TicketError as problem:
        form.add_error(None, str(problem))
        return _draw(request, found, form, status=422)
    messages.success(request, _("Thank you, your message has been added."))
    return redirect(found.portal_path(tenant.provider.slug))


@require_POST
@portal_view
def ticket_reopen_asked(request: HttpRequest, number: int) -> HttpResponse:
    """It is not fixed after all."""

    def reopen(found: Ticket, why: str) -> None:
        replies_check(found, timezone.now())
        ticket_reopen(ticket=found, reason=why)

    return _with_reason(request, number, reopen, _("Open again."))


@require_POST
@portal_view
def ticket_escalate_asked(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the customer success manager and the technical lead; senior management after them (Rule E1)."""

    def escalate(found: Ticket, why: str) -> None:
        if not found.is_open:
            raise WrongState(_("This request is fixed or closed. Open it again first."))
        managers = EscalationStage.MANAGERS
        stage = EscalationStage.SENIOR_MANAGEMENT if found.escalation_level >= managers else managers
        ticket_escalate(ticket=found, to_stage=stage, trigger=EscalationTrigger.CUSTOMER, reason=why)

    return _with_reason(request, number, escalate, _("Passed up. The people responsible have been told."))


@require_POST
@portal_view
def ticket_level_asked(request: HttpRequest, number: int) -> HttpResponse:
    """Another priority, where the provider lets people of schools set it (Rule I6)."""
    tenant: Any = request
    found = _ticket(request, number)
    form = PortalLevelForm(request.POST)
    if tenant.provider.portal_may_set_level and found.is_open and form.is_valid():
        ticket_change_level(
            ticket=found, level=form.cleaned_data["level"], reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("Thank you. The promise has been worked out again."))
    return redirect(found.portal_path(tenant.provider.slug))


def _with_reason(request: HttpRequest, number: int, do: Any, done: str) -> HttpResponse:
    tenant: Any = request
    found = _ticket(request, number)
    form = PortalReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say why, in a few words."))
        return redirect(found.portal_path(tenant.provider.slug))
    try:
        do(found, form.cleaned_data["reason"])
    except TicketError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect(found.portal_path(tenant.provider.slug))


def _draw(request: HttpRequest, found: Ticket, form: FollowUpForm, *, status: int = 200) -> HttpResponse:
    tenant: Any = request
    context = {
        "ticket": found,
        "readers": readers_now(found) if found.is_confidential else [],
        "row": _rows(request, [found])[0],
        "conversation": conversation_of(found, for_staff=False),
        "form": form,
        "merged_into": _merged_into(request, found),
        "too_old": "" if takes_replies(found, timezone.now()) else closed_for_good(found),
        "new_about_it": f"{reverse('portal:new', args=[tenant.provider.slug])}?about={found.number}",
        "may_approve": found.state == TicketState.WAITING_APPROVAL
        and may_decide(tenant.person, found.approval),
        "reason_form": PortalReasonForm(),
        "level_form": PortalLevelForm(initial={"level": found.level_id})
        if tenant.provider.portal_may_set_level
        else None,
        "manager": found.customer.success_manager,
        "panels": SIDE_PANELS.drawn(request, Door.PORTAL, found),
    }
    return render(request, "tickets/portal/ticket.html", context, status=status)


def _merged_into(request: HttpRequest, found: Ticket) -> dict[str, Any] | None:
    """The request in which this one is dealt with; None also for whoever may not see that."""
    tenant: Any = request
    target = followed(found)
    seen = target.pk != found.pk and visible_tickets(tenant.person).filter(pk=target.pk).exists()
    return _rows(request, [target])[0] if seen else None


def _ticket(request: HttpRequest, number: int) -> Ticket:
    tenant: Any = request
    related = (*SHOWN_WITH, "customer__success_manager", "requester", "approval__decided_by")
    found = get_object_or_404(visible_tickets(tenant.person).select_related(*related), number=number)
    reading_record(ticket=found, person_id=tenant.person.pk, way=ReadingWay.PAGE)
    return found


def _rows(request: HttpRequest, found: Any) -> list[dict[str, Any]]:
    tenant: Any = request
    return [
        {
            "ticket": one,
            "reference": ticket_reference(tenant.provider, one.number),
            "path": one.portal_path(tenant.provider.slug),
        }
        for one in found
    ]


def _about(request: HttpRequest) -> dict[str, Any]:
    """What a new request starts with: what is known of the old one that it follows, or of the page that led here."""
    tenant: Any = request
    asked = request.GET.get("about", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    old = visible_tickets(tenant.person).filter(number=number).first() if number else None
    if old is None:
        keys = {"customer": (own_schools(), "slug", "school"), "category": (categories(), "key", "category")}
        return {
            field: rows.filter(**{name: request.GET[asked]}).values_list("pk", flat=True).first()
            for field, (rows, name, asked) in keys.items()
            if asked in request.GET
        }
    words = _("This is about my earlier request %(reference)s, %(subject)s.\n\n")
    reference = ticket_reference(tenant.provider, old.number)
    return {
        "customer": old.customer_id,
        "category": old.category_id,
        "subject": old.subject[:200],
        "text": words % {"reference": reference, "subject": old.subject},
    }


def _asked(request: HttpRequest, initial: dict[str, Any]) -> RequestForm | None:
    """The questions of the category that is chosen, where there are any."""
    chosen = category_chosen(request.POST.get("category", str(initial.get("category") or "")))
    return questions_of_category(chosen.pk) if chosen else None


def _open(tenant: Any, form: NewRequestForm, asked: RequestForm | None) -> Ticket:
    data = form.cleaned_data
    if asked is not None:
        return request_open(
            form=asked,
            customer=data["customer"],
            requester=tenant.person,
            subject=data["subject"],
            text=data["text"],
            answers=form.answers(),
            level=data["level"],
            category=data.get("category"),
            attachments=data["attachments"],
            is_confidential=data["is_confidential"],
        )
    return ticket_open(
        customer=data["customer"],
        requester=tenant.person,
        subject=data["subject"],
        text=data["text"],
        channel=Channel.PORTAL,
        level=data["level"],
        category=data.get("category"),
        attachments=data["attachments"],
        is_confidential=data["is_confidential"],
    )
