"""Which tickets a ticket has to do with, and splitting a part of it off."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.tenancy.memory import current_provider
from tickets.forms.linking import CAUSE_OF, LinkForm, LinkOfTicketForm, SplitForm
from tickets.models import LinkKind, Ticket
from tickets.references import ticket_reference
from tickets.services.linking import ticket_link, ticket_split, ticket_unlink
from tickets.views.acting.action import Action, Data, person_of


def _link(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    one, other, kind = ticket, data["other"], data["kind"]
    if kind == CAUSE_OF:
        one, other, kind = other, one, LinkKind.CAUSED
    ticket_link(ticket=one, other=other, kind=LinkKind(kind), by=person_of(request))
    return _("Linked. Both tickets show it.")


def _unlink(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    ticket_unlink(link=data["link"])
    return _("The two are no longer linked.")


def _split(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    own = ticket_split(
        ticket=ticket,
        message=data["message"],
        subject=data["subject"],
        level=data["level"],
        by=person_of(request),
    )
    return _("%(reference)s is open, and its requester is told.") % {
        "reference": ticket_reference(current_provider(), own.number)
    }


def _is_not_confidential(ticket: Ticket) -> bool:
    return not ticket.is_confidential


LINKING: dict[str, Action] = {
    "link": Action(
        LinkForm,
        _link,
        fits=_is_not_confidential,
        on_demand=True,
        button=_lazy("Link them"),
        of_ticket=True,
    ),
    "unlink": Action(LinkOfTicketForm, _unlink, on_demand=True, of_ticket=True),
    "split": Action(
        SplitForm,
        _split,
        fits=_is_not_confidential,
        on_demand=True,
        button=_lazy("Open the new ticket"),
        of_ticket=True,
    ),
}
