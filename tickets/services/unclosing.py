"""A closing as no request of the school is taken back: the ticket stands as it did, its clocks too (rules S6, S13)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from sla.models import ClockState
from sla.services.clocks import clock_unvoid
from tickets.errors import WrongState
from tickets.models import NOT_COUNTED, Referral, Ticket, TicketState
from tickets.services.base import event_add, ticket_lock, ticket_save
from tickets.services.work import reread_clocks, ticket_clocks


def counted_clocks(ticket: Ticket) -> list[int]:
    """Ids of the clocks that a closing as no request takes out of the figures."""
    return [clock.pk for clock in ticket_clocks(ticket) if clock.state != ClockState.VOID]


def open_referrals(ticket: Ticket) -> dict[str, str | None]:
    """With whom the ticket is, by id as text, and when they are asked again."""
    rows = Referral.objects.filter(ticket=ticket, ended_at__isnull=True)
    return {str(row.pk): row.chase_at.isoformat() if row.chase_at else None for row in rows}


@transaction.atomic
def ticket_unclose(
    *, ticket: Ticket, state: str, clocks: Collection[int], referrals: Mapping[str, str | None]
) -> Ticket:
    """Put back `state`, and what `counted_clocks` and `open_referrals` told before the closing.

    Unlike a reopening it starts no new clock: it was a slip, and nobody at the school was told. Raises WrongState for a
    ticket that is not closed as withdrawn or as spam.
    """
    ticket = ticket_lock(ticket)
    if ticket.state != TicketState.CLOSED or ticket.closed_as not in NOT_COUNTED:
        raise WrongState(_("The ticket is not closed as withdrawn or as spam any more."))
    for clock in ticket_clocks(ticket):
        if clock.pk in clocks:
            clock_unvoid(clock=clock, cause=_("Closing taken back"))
    for row in Referral.objects.filter(ticket=ticket, pk__in=[int(key) for key in referrals]):
        chase_at = referrals[str(row.pk)]
        row.ended_at, row.outcome = None, ""
        row.chase_at = row.wake_at = datetime.fromisoformat(chase_at) if chase_at else None
        row.save()
    before = ticket.closed_as
    ticket.state, ticket.closed_at, ticket.closed_as = state, None, ""
    reread_clocks(ticket)
    ticket_save(ticket)
    event_add(ticket, _("Closing taken back"))
    audit_record(action="ticket.close_undone", target=ticket, changes={"closed_as": (before, "")})
    return ticket
