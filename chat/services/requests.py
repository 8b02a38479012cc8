"""What becomes of a question when nobody can chat: a request of the portal, with its promise (rules I4, S9)."""

from accounts.models import Customer, Person
from tickets.models import Channel, Ticket
from tickets.services.opening import ticket_open
from tickets.services.sending import sent_once

SUBJECT_LENGTH = 120


def request_instead(*, customer: Customer, person: Person, text: str, digest: str) -> Ticket:
    """Log the question as a request; the same form sent again answers the first."""
    ticket, _is_new = sent_once(
        customer_id=customer.pk,
        digest=digest,
        act=lambda: ticket_open(
            customer=customer,
            requester=person,
            subject=text[:SUBJECT_LENGTH],
            text=text,
            channel=Channel.PORTAL,
        ),
    )
    return ticket
