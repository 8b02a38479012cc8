"""The portal's everyday requests, and the questions of a category while it is being chosen (Rule I10)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Customer
from accounts.own_schools import school_preset
from accounts.tenancy.access import portal_view
from tickets.clock_words import clock_time
from tickets.coverage import category_chosen
from tickets.forms.fields import own_schools, tell_at_fields
from tickets.forms.requests import EverydayForm, QuestionsForm
from tickets.models import RequestForm, Ticket
from tickets.selectors import everyday_forms, questions_of_category
from tickets.services.promising import fix_promised_by
from tickets.services.requests import request_open
from tickets.services.sending import sent_once
from tickets.views.received import had_it_words, received_words


@require_http_methods(["GET", "POST"])
@portal_view
def request_form(request: HttpRequest, pk: int) -> HttpResponse:
    """One everyday request: its questions, by when it is needed, files."""
    tenant: Any = request
    asked = get_object_or_404(everyday_forms().select_related("level"), pk=pk)
    own = list(own_schools())
    form = EverydayForm(
        request.POST or None,
        request.FILES or None,
        asked=asked,
        questions=asked.questions.all(),
        own=own,
        initial=school_preset(request),
        promised=promised_words(asked, own, tenant.provider.time_zone),
    )
    if request.method == "POST" and form.is_valid():
        try:
            ticket, is_new = sent_once(
                customer_id=form.cleaned_data["customer"].pk,
                digest=form.digest(tenant.person.pk, asked.pk, "form"),
                act=lambda: _open(tenant, asked, form),
            )
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(
                request, received_words(tenant, ticket) if is_new else had_it_words(tenant, ticket)
            )
            return redirect(ticket.portal_path(tenant.provider.slug))
    context = {
        "asked": asked,
        "form": form,
        "decides_alone": not tenant.roles.isdisjoint(asked.approver_roles),
    }
    return render(request, "tickets/portal/request_form.html", context, status=422 if form.errors else 200)


@require_safe
@portal_view
def new_questions(request: HttpRequest) -> HttpResponse:
    """The questions of the category in the address, while it is being chosen."""
    category = category_chosen(request.GET.get("category", ""))
    asked = questions_of_category(category.pk) if category else None
    form = QuestionsForm(questions=asked.questions.all() if asked else ())
    return render(request, "tickets/portal/_questions.html", {"form": form, "asked": asked})


def _open(tenant: Any, asked: RequestForm, form: EverydayForm) -> Ticket:
    data = form.cleaned_data
    return request_open(
        form=asked,
        customer=data["customer"],
        requester=tenant.person,
        answers=form.answers(),
        needed_by=data.get("needed_by"),
        urgent_why=data.get("urgent_why", ""),
        attachments=data["attachments"],
    )


def promised_words(asked: RequestForm, schools: Sequence[Customer], zone: str) -> str:
    """By when we would promise it, in words; '' where the person's schools differ or nothing is promised."""
    if len(schools) != 1 or asked.level is None or not asked.asks_needed_by:
        return ""
    when = fix_promised_by(customer=schools[0], level=asked.level, at=timezone.now(), zone=zone)
    return clock_time(when) if when else ""
