"""Who at the school gets the mail of a ticket: who asked, and somebody responsible once they have left (Rule T3)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CustomerMembership, Person
from accounts.responsible import contact_of
from accounts.tenancy.memory import remembered
from accounts.tenancy.scope import as_provider
from tickets.confidential import school_readers
from tickets.live import tickets_news
from tickets.models import Channel, Direction, Message, Ticket


def recipient_of(ticket: Ticket) -> Person | None:
    """Who is written to. None where nobody is left; staff see on the ticket whenever it is not the requester."""
    if is_there(ticket.requester, ticket):
        return ticket.requester
    with as_provider():
        found = _reader(ticket) if ticket.is_confidential else contact_of(ticket.customer_id)
        _note(ticket, found)
    return found


def is_there(person: Person, ticket: Ticket) -> bool:
    """Whether somebody is active and still belongs to the ticket's school, or to the staff."""
    if not person.is_active or person.is_staff:
        return person.is_active
    rows = CustomerMembership.objects.filter(person=person, customer_id=ticket.customer_id)
    return remembered(("belongs", person.pk, ticket.customer_id), rows.exists)


def _reader(ticket: Ticket) -> Person | None:
    """Of a confidential ticket nobody else is written to than its readers at the school (Rule T6)."""
    return next(iter(school_readers(ticket)), None)


def _note(ticket: Ticket, found: Person | None) -> None:
    """Say it on the ticket, once for each answer to the question."""
    words = (
        _("%(name)s has left the school. Mail of this ticket goes to %(other)s instead.")
        if found
        else _(
            "%(name)s has left the school, and it has no IT lead or relationship owner: nobody was mailed."
        )
        if not ticket.is_confidential
        else _("%(name)s has left the school, and nobody else there reads this ticket: nobody was mailed.")
    )
    text = words % {"name": ticket.requester.name, "other": found.name if found else ""}
    if ticket.messages.filter(direction=Direction.NOTE, text=text).exists():
        return
    Message.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        direction=Direction.NOTE,
        channel=Channel.EMAIL,
        at=timezone.now(),
        text=text,
        is_automatic=True,
    )
    tickets_news([ticket.pk])
