"""An everyday request that a technician fills in for a caller (rules I5, I10, T6)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import CustomerMembership
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from tickets.forms.fields import tell_at_fields
from tickets.forms.requests import CallerRequestForm
from tickets.models import Channel, RequestForm, Ticket, TicketState
from tickets.references import ticket_reference
from tickets.selectors import everyday_forms
from tickets.services.requests import request_open
from tickets.services.sending import sent_once
from tickets.views.phone import caller_context
from tickets.views.requests import promised_words


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def phone_form(request: HttpRequest, membership: int, pk: int) -> HttpResponse:
    """The form that the school has in the portal: the caller asks, the technician writes it down."""
    tenant: Any = request
    caller = get_object_or_404(CustomerMembership.objects.select_related("person", "customer"), pk=membership)
    asked = get_object_or_404(everyday_forms().select_related("level"), pk=pk)
    form = CallerRequestForm(
        request.POST or None,
        request.FILES or None,
        asked=asked,
        questions=asked.questions.all(),
        school=caller.customer,
        promised=promised_words(asked, [caller.customer], tenant.provider.time_zone),
    )
    if request.method == "POST" and form.is_valid():
        try:
            ticket, _is_new = sent_once(
                customer_id=caller.customer_id,
                digest=form.digest(tenant.person.pk, caller.pk, asked.pk, "phone form"),
                act=lambda: _open(tenant, caller, asked, form),
            )
        except ValidationError as problem:
            tell_at_fields(form, problem)
        else:
            messages.success(request, _logged_words(tenant, ticket))
            return redirect(ticket.desk_path(tenant.provider.slug))
    context = {
        "asked": asked,
        "form": form,
        "verify_first": asked.changes_account and bool(tenant.provider.identity_methods),
        **caller_context(request, caller),
    }
    return render(request, "tickets/desk/call_form.html", context, status=422 if form.errors else 200)


def _open(tenant: Any, caller: CustomerMembership, asked: RequestForm, form: CallerRequestForm) -> Ticket:
    data = form.cleaned_data
    return request_open(
        form=asked,
        customer=caller.customer,
        requester=caller.person,
        answers=form.answers(),
        needed_by=data.get("needed_by"),
        urgent_why=data.get("urgent_why", ""),
        attachments=data["attachments"],
        channel=Channel.PHONE,
        recorded_by=tenant.person,
    )


def _logged_words(tenant: Any, ticket: Ticket) -> str:
    reference = ticket_reference(tenant.provider, ticket.number)
    if ticket.state == TicketState.WAITING_APPROVAL:
        words = _("Logged as %(reference)s. It waits for approval by %(names)s.")
        return words % {"reference": reference, "names": ticket.approval.asked_of}
    return _("Logged as %(reference)s.") % {"reference": reference}
