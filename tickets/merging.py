"""Reads of tickets that are dealt with in another one."""

from django.db.models import Exists, OuterRef, QuerySet

from tickets.models import ClosedAs, Ticket, TicketMerge

LONGEST_CHAIN = 20  # of tickets that were merged one after the other; a guard, not a limit that anybody meets


def merge_of(ticket: Ticket) -> TicketMerge | None:
    """Where a ticket is dealt with; asks nothing for one that is not merged."""
    if ticket.closed_as != ClosedAs.MERGED:
        return None
    rows = TicketMerge.objects.filter(ticket=ticket, undone_at__isnull=True)
    return rows.select_related("ticket", "into", "by").first()


def followed(ticket: Ticket) -> Ticket:
    """The ticket in which this one is dealt with at last; itself where it is not merged."""
    for _step in range(LONGEST_CHAIN):
        merge = merge_of(ticket)
        if merge is None:
            break
        ticket = merge.into
    return ticket


def merged_here(ticket: Ticket) -> QuerySet[TicketMerge]:
    """Which tickets are dealt with in this one, with who merged them."""
    rows = TicketMerge.objects.filter(into=ticket, undone_at__isnull=True)
    return rows.select_related("ticket__requester", "by")


def has_merged_here() -> Exists:
    """Whether tickets are dealt with in the ticket of the outer query."""
    return Exists(TicketMerge.objects.filter(into=OuterRef("pk"), undone_at__isnull=True))
