"""Requests that wait for the approval of a named contact of the school (Rule I10)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.own_schools import of_school_chosen
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.tenancy.access import contact_view
from accounts.views.paging import page_of
from tickets.errors import WrongState
from tickets.forms.requests import DecisionForm
from tickets.models import ApprovalState, RequestApproval, TicketState
from tickets.references import ticket_reference
from tickets.selectors import approvals_of
from tickets.services.approvals import approval_decide


@require_safe
@contact_view(SEES_WHOLE_SCHOOL)
def approval_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, what is needed first at the top."""
    tenant: Any = request
    page = page_of(request, of_school_chosen(request, approvals_of(tenant.person, only_waiting=True)))
    rows = [
        {
            "approval": one,
            "reference": ticket_reference(tenant.provider, one.ticket.number),
            "url": _url(request, one),
        }
        for one in page.rows
    ]
    return render(request, "tickets/portal/approvals.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@contact_view(SEES_WHOLE_SCHOOL)
def approval(request: HttpRequest, number: int) -> HttpResponse:
    """One request with its answers. Opening the page decides nothing; its two buttons do."""
    tenant: Any = request
    found = approvals_of(tenant.person).filter(ticket__number=number).first()
    if found is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    decision = request.POST.get("decision", "")
    if decision in {"approve", "decline"} and form.is_valid():
        try:
            approval_decide(
                ticket=found.ticket,
                by=tenant.person,
                approve=decision == "approve",
                note=form.cleaned_data["note"],
            )
        except ValidationError as problem:
            form.add_error("note", problem.message_dict["note"])
        except PermissionError as problem:  # the role was taken away meanwhile
            raise Http404 from problem
        except WrongState as problem:
            messages.info(request, str(problem))
            return redirect(_url(request, found))
        else:
            done = (
                _("Approved. We work on it now.")
                if decision == "approve"
                else _("Declined. Whoever asked is told.")
            )
            messages.success(request, done)
            return redirect(reverse("portal:approvals", args=[tenant.provider.slug]))
    asked = found.ticket.asked
    context = {
        "approval": found,
        "ticket": found.ticket,
        "reference": ticket_reference(tenant.provider, number),
        "asked": asked,
        "answers": asked.answers.all(),
        "form": form,
        "waits": _waits(found),
        "ticket_url": found.ticket.portal_path(tenant.provider.slug),
    }
    return render(request, "tickets/portal/approval.html", context, status=422 if form.errors else 200)


def _waits(found: RequestApproval) -> bool:
    return found.state == ApprovalState.WAITING and found.ticket.state == TicketState.WAITING_APPROVAL


def _url(request: HttpRequest, found: RequestApproval) -> str:
    tenant: Any = request
    return reverse("portal:approval", args=[tenant.provider.slug, found.ticket.number])
