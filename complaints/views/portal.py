"""Complaints in the portal: make one, follow it, take it further (Rule E2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.own_schools import of_school_chosen, school_preset
from accounts.tenancy.access import portal_view
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from complaints.forms import PortalComplaintForm, ReasonForm
from complaints.models import Complaint, Stage
from complaints.selectors import complaint_reference, complaints_readable, steps_of
from complaints.services import complaint_pass_up, complaint_raise, complaint_unsatisfied
from tickets.clock_words import clock_time
from tickets.models import Channel
from tickets.queue import number_in
from tickets.selectors import visible_tickets


@require_safe
@portal_view
def complaint_list(request: HttpRequest) -> HttpResponse:
    """What the reader may see of their schools' complaints, the newest first."""
    tenant: Any = request
    found = of_school_chosen(request, complaints_readable(tenant.person))
    page = page_of(request, found.select_related("customer", "ticket"))
    rows = [{"complaint": one, "reference": complaint_reference(tenant.provider, one)} for one in page.rows]
    return render(request, "complaints/portal/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@portal_view
def complaint_new(request: HttpRequest) -> HttpResponse:
    """One calm page. `?about=` names a request."""
    tenant: Any = request
    form = PortalComplaintForm(
        posted(request), person=tenant.person, initial=school_preset(request) | _about(request)
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        ticket = data["ticket"]
        try:
            complaint = complaint_raise(
                customer=data["customer"],
                raised_by=tenant.person,
                wrong=data["wrong"],
                remedy=data["remedy"],
                to_stage=data["to_stage"],
                ticket=ticket,
                about=ticket.assignee if ticket and data["about_technician"] else None,
                channel=Channel.PORTAL,
                digest=form.digest(tenant.person.pk, "complaint"),
            )
        except ValidationError as problem:
            for name, told in problem.message_dict.items():
                form.add_error(name if name in form.fields else None, told)
        else:
            words = _("Thank you. We have your complaint %(reference)s and will answer by %(when)s.")
            reference = complaint_reference(tenant.provider, complaint)
            messages.success(
                request, words % {"reference": reference, "when": clock_time(complaint.answer_by)}
            )
            return redirect(_address(request, complaint.pk))
    status = 422 if form.errors else 200
    return render(request, "complaints/portal/new.html", {"form": form}, status=status)


@require_safe
@portal_view
def complaint_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, what was said, and how to take it further."""
    return _draw(request, _complaint(request, pk), ReasonForm())


@require_POST
@portal_view
def complaint_further(request: HttpRequest, pk: int) -> HttpResponse:
    """To senior management: at any time while it is open, and once after an outcome that did not put it right."""
    tenant: Any = request
    complaint = _complaint(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _draw(request, complaint, form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        if complaint.is_open:
            complaint_pass_up(
                complaint=complaint, by=tenant.person, to_stage=Stage.SENIOR_MANAGEMENT, reason=reason
            )
        else:
            complaint_unsatisfied(complaint=complaint, by=tenant.person, reason=reason)
    except ValidationError as problem:
        form.add_error(None, problem.messages)
        return _draw(request, _complaint(request, pk), form, status=422)
    messages.success(request, _("Our senior management has been told."))
    return redirect(_address(request, pk))


def _draw(request: HttpRequest, complaint: Complaint, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    tenant: Any = request
    further = complaint.stage < Stage.SENIOR_MANAGEMENT if complaint.is_open else complaint.may_go_on
    context = {
        "complaint": complaint,
        "reference": complaint_reference(tenant.provider, complaint),
        "steps": steps_of(complaint, for_staff=False),
        "form": form if further else None,
    }
    return render(request, "complaints/portal/complaint.html", context, status=status)


def _complaint(request: HttpRequest, pk: int) -> Complaint:
    tenant: Any = request
    rows = complaints_readable(tenant.person).select_related("customer", "ticket", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _about(request: HttpRequest) -> dict[str, Any]:
    """The request that the reader came from, if it is theirs to see."""
    tenant: Any = request
    number = number_in(request.GET.get("about", ""))
    ticket = visible_tickets(tenant.person).filter(number=number).first() if number else None
    return {"ticket": ticket.pk, "customer": ticket.customer_id} if ticket else {}


def _address(request: HttpRequest, pk: int) -> str:
    return reverse("portal_complaints:complaint", args=[slug_of(request), pk])
