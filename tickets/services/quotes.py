"""Quotes that tickets need: asked for, and followed until the school has decided (rules P1, P7)."""

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_system
from quotes.models import SUBJECT_LENGTH, Quote, QuoteState, QuoteStep, QuoteStepKind
from quotes.origins import Origin
from quotes.references import quote_reference
from quotes.services import quote_ask
from tickets.errors import WrongState
from tickets.models import Ticket, TicketQuote
from tickets.references import ticket_reference
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.telling import ticket_tell

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
    subject = _quote_subject(Ticket.objects.get(pk=ticket.pk))
    quote = quote_ask(customer=ticket.customer, subject=subject, wanted=wanted, by=by)
    ticket = ticket_lock(ticket)
    if TicketQuote.objects.filter(ticket=ticket, quote__state=QuoteState.DRAFT).exists():
        raise WrongState(_("A quote for this ticket is being written already."))
    TicketQuote.objects.create(customer_id=ticket.customer_id, ticket=ticket, quote=quote)
    _event(ticket, quote, QuoteStepKind.ASKED)
    audit_record(action="ticket.quote_asked", target=ticket, changes={"quote": (None, quote.number)})
    return quote


@as_system()
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
        reference = ticket_reference(current_provider(), ticket.number)
        ticket_tell(
            ticket=ticket,
            person_ids=[ticket.assignee_id],
            key=f"ticket-quote-{kind}:{step.quote_id}",
            summary=f"{reference}: {words}",
        )


def ticket_of_quote(quote: Quote) -> Origin | None:
    """The ticket, for the quote's page."""
    link = TicketQuote.objects.filter(quote=quote).select_related("ticket").first()
    if link is None:
        return None
    provider = current_provider()
    label = f"{ticket_reference(provider, link.ticket.number)} {link.ticket.subject}"
    return Origin(label, link.ticket.desk_path(provider.slug))


def _quote_subject(ticket: Ticket) -> str:
    """What the quote is for; of a confidential ticket the reference alone, since others write and decide it."""
    if ticket.is_confidential:
        return _("Request %(reference)s") % {"reference": ticket_reference(current_provider(), ticket.number)}
    return Truncator(ticket.subject).chars(SUBJECT_LENGTH)  # those of mail may be longer


def _event(ticket: Ticket, quote: Quote, kind: QuoteStepKind) -> str:
    words = str(EVENTS[kind]) % {"quote": quote_reference(current_provider(), quote)}
    event_add(ticket, words)
    ticket_save(ticket)
    return words
