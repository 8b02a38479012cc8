"""Visits and callouts for a ticket."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.forms.desk import CalloutForm
from tickets.forms.visits import LinkVisitForm, TicketVisitForm, VisitOfTicketForm
from tickets.models import Ticket
from tickets.services.callouts import ticket_call_out
from tickets.services.visits import (
    ticket_visit_book,
    ticket_visit_link,
    ticket_visit_refused,
    ticket_visit_unlink,
)
from tickets.views.acting.action import Action, Data
from visits.forms.fields import has_code
from visits.when import TimesOn


def _call_out(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    when = TimesOn(data["day"], data["starts"], data["ends"])
    ticket_call_out(ticket=ticket, engineer=data["engineer"], when=when, reason=data["reason"])
    return _("%(name)s is called out. The school is told.") % {"name": data["engineer"]}


def _visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    try:
        booked = ticket_visit_book(
            ticket=ticket,
            kind=data["kind"],
            when=data["when"],
            engineer=data["engineer"],
            reason=data["reason"],
            tells_school=data["tells_school"],
        )
    except ValidationError as error:
        if not has_code(error, "none_left"):
            raise
        words = " ".join(error.messages)
        ticket_visit_refused(ticket=ticket, day=data["when"].day, words=words)
        told = _("Nothing is booked. It is noted here, and the success manager is told.")
        messages.warning(request, f"{words} {told}")
        return ""
    for words in booked.warnings:
        messages.warning(request, words)
    return _("The visit is booked.")


def _link_visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_visit_link(ticket=ticket, visit=data["visit"])
    return _("The visit is for this ticket too.")


def _unlink_visit(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_visit_unlink(ticket=ticket, visit=data["visit"])
    return _("The visit is not for this ticket any more. It takes place all the same.")


def _may_be_visited(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.contract_id is not None


VISITS: dict[str, Action] = {
    "callout": Action(
        CalloutForm, _call_out, fits=_may_be_visited, on_demand=True, button=_lazy("Send the engineer")
    ),
    "visit": Action(
        TicketVisitForm,
        _visit,
        fits=_may_be_visited,
        on_demand=True,
        button=_lazy("Book the visit"),
        of_ticket=True,
    ),
    "link_visit": Action(
        LinkVisitForm,
        _link_visit,
        fits=_may_be_visited,
        on_demand=True,
        button=_lazy("Add it to this visit"),
        of_ticket=True,
    ),
    "unlink_visit": Action(VisitOfTicketForm, _unlink_visit, on_demand=True, of_ticket=True),
}
