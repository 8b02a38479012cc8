"""Quotes that tickets need: asked for, and followed until the school has decided (rules P1, P7)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from delivery.services import notification_add
from quotes.models import Quote, QuoteState, QuoteStep, QuoteStepKind
from quotes.origins import Origin
from quotes.references import quote_reference
from quotes.services import quote_ask
from tickets.errors import WrongState
from tickets.models import Ticket, TicketQuote
from tickets.references import ticket_reference
from tickets.services.base import event_add, ticket_lock, ticket_save

# In these words the school reads them in its ticket.
EVENTS = {
    QuoteStepKind.ASKED: gettext_lazy("A quote is being prepared: %(quote)s."),
    QuoteStepKind.SENT: gettext_lazy("Quote %(quote)s was sent to the school's relationship owner."),
    QuoteStepKind.ACCEPTED: gettext_lazy("The school accepted quote %(quote)s."),
    QuoteStepKind.DECLINED: gettext_lazy("The school declined quote %(quote)s."),
    QuoteStepKind.WITHDRAWN: gettext_lazy("Quote %(quote)s was withdrawn."),
    QuoteStepKind.REVISED: gettext_lazy("Quote %(quote)s is being written anew."),
}


@transaction.atomic
def ticket_quote_ask(*, ticket: Ticket, wanted: str, by: Person) -> Quote:
    """Ask the school's success manager what the work would cost; the ticket goes on as it is.

    Raises WrongState while another quote for the ticket is still to be written.
    """
    # The quote before the ticket, as each step of a quote locks them.
    quote = quote_ask(customer=ticket.customer, subject=ticket.subject, wanted=wanted, by=by)
    ticket = ticket_lock(ticket)
    if TicketQuote.objects.filter(ticket=ticket, quote__state=QuoteState.DRAFT).exists():
        raise WrongState(_("A quote for this ticket is being written already."))
    TicketQuote.objects.create(customer_id=ticket.customer_id, ticket=ticket, quote=quote)
    _event(ticket, quote, QuoteStepKind.ASKED)
    audit_record(action="ticket.quote_asked", target=ticket, changes={"quote": (None, quote.number)})
    return quote


def quote_stepped(step: QuoteStep) -> None:
    """A line in the ticket for what became of its quote; its owner is told what the school decided."""
    link = TicketQuote.objects.filter(quote=step.quote_id).select_related("ticket").first()
    if link is None:
        return
    kind = QuoteStepKind(step.kind)
    ticket = ticket_lock(link.ticket)
    if kind == QuoteStepKind.REVISED:
        TicketQuote.objects.create(
            customer_id=ticket.customer_id, ticket=ticket, quote=Quote.objects.get(revises=step.quote_id)
        )
    words = _event(ticket, step.quote, kind)
    if kind in {QuoteStepKind.ACCEPTED, QuoteStepKind.DECLINED} and ticket.assignee_id is not None:
        provider = current_provider()
        reference = ticket_reference(provider, ticket.number)
        notification_add(
            person_id=ticket.assignee_id,
            key=f"ticket-quote-{kind}:{step.quote_id}",
            summary=f"{reference}: {words}",
            path=ticket.desk_path(provider.slug),
            customer_id=ticket.customer_id,
        )


def ticket_of_quote(quote: Quote) -> Origin | None:
    """The ticket, for the quote's page."""
    link = TicketQuote.objects.filter(quote=quote).select_related("ticket").first()
    if link is None:
        return None
    provider = current_provider()
    label = f"{ticket_reference(provider, link.ticket.number)} {link.ticket.subject}"
    return Origin(label, link.ticket.desk_path(provider.slug))


def _event(ticket: Ticket, quote: Quote, kind: QuoteStepKind) -> str:
    words = str(EVENTS[kind]) % {"quote": quote_reference(current_provider(), quote)}
    event_add(ticket, words)
    ticket_save(ticket)
    return words
