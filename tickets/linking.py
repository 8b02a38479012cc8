"""Which tickets have to do with a ticket, as its page reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from tickets.models import SEEN_FROM_OTHER, LinkKind, Ticket, TicketLink


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as one of its two tickets sees it: `words` say what this one is to `ticket`."""

    link: TicketLink
    ticket: Ticket
    words: str


def linked_to(ticket: Ticket) -> Iterator[Linked]:
    """The tickets that this one is linked to, the oldest link first; who may not read one does not see its link."""
    rows = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket))
    for link in rows.select_related("ticket", "other", "by"):
        kind = LinkKind(link.kind)
        if link.ticket_id == ticket.pk:
            yield Linked(link, link.other, str(kind.label))
        else:
            yield Linked(link, link.ticket, str(SEEN_FROM_OTHER[kind]))


def has_links() -> Exists:
    """Whether the ticket of the outer query is linked to others."""
    mine = Q(ticket=OuterRef("pk")) | Q(other=OuterRef("pk"))
    return Exists(TicketLink.objects.filter(mine))
