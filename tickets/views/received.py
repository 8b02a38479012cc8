"""What a school is told of the request that it has just sent."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.selectors import channel_answer, contract_on
from sla.times import local_day
from tickets.clock_words import clock_time
from tickets.models import Channel, Ticket, TicketState
from tickets.references import ticket_reference


def had_it_words(tenant: Any, ticket: Ticket) -> str:
    """What a school is told of a form that it sent twice."""
    return _("We have this request already: it is %(reference)s.") % {
        "reference": ticket_reference(tenant.provider, ticket.number)
    }


def received_words(tenant: Any, ticket: Ticket) -> str:
    """What a school is told of a request that it has just sent: its reference, and by when we reply."""
    reference = ticket_reference(tenant.provider, ticket.number)
    if schools_without_access(tenant, [ticket.customer]):
        return _("Thank you. We have kept your request %(reference)s for our technician's next visit.") % {
            "reference": reference
        }
    if ticket.state == TicketState.WAITING_APPROVAL:
        return _("Thank you. Your request %(reference)s waits for approval by %(names)s.") % {
            "reference": reference,
            "names": ticket.approval.asked_of,
        }
    if ticket.promise_at is None:
        return _("Thank you. We have your request %(reference)s.") % {"reference": reference}
    return _("Thank you. We have your request %(reference)s and will reply by %(when)s.") % {
        "reference": reference,
        "when": clock_time(ticket.promise_at),
    }


def schools_without_access(tenant: Any, customers: Any) -> list[Any]:
    """Schools whose package has no portal desk: their requests are kept for the next visit (Rule I9)."""
    today = local_day(timezone.now(), tenant.provider.time_zone)
    found = []
    for customer in customers:
        contract = contract_on(customer_id=customer.pk, day=today)
        if contract is not None:
            answer = channel_answer(contract=contract, channel=Channel.PORTAL, day=today)
            if answer.answer == "no_desk_access":
                found.append({"customer": customer, "answer": answer})
    return found
