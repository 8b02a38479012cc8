"""Reopening: the frozen outcome stays; a new fix clock starts, linked to the old one."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.tenancy.memory import current_provider
from contracts.selectors import contract_on, terms_for
from sla.models import ClockKind, ClockState
from sla.services.clocks import clock_start
from sla.times import local_day
from tickets.models import Ticket, TicketState
from tickets.services.base import event_add


def reopen_locked(ticket: Ticket, *, reason: str, at: datetime) -> None:
    """Set a locked, fixed or closed ticket going again. The caller stores it.

    The new clock has the terms of the contract that holds now (Rule P8); where none does, those of the old one.
    """
    old = ticket.fix_clock
    day = local_day(at, current_provider().time_zone)
    ticket.contract = contract_on(customer_id=ticket.customer_id, day=day) or ticket.contract
    if ticket.contract is not None:
        terms = terms_for(contract=ticket.contract, level=ticket.level, started_on=day)
        if ticket.response_clock is not None and ticket.response_clock.state == ClockState.VOID:
            # It was closed as no request of the school, and is one after all: an answer is owed again (Rule S6).
            ticket.response_clock = clock_start(
                customer_id=ticket.customer_id,
                kind=ClockKind.RESPONSE,
                terms=terms,
                started_at=at,
                previous=ticket.response_clock,
            )
        ticket.fix_clock = clock_start(
            customer_id=ticket.customer_id,
            kind=ClockKind.FIX,
            terms=terms,
            started_at=at,
            apart=old.apart if old else "",
            previous=old,
        )
    ticket.state = TicketState.OPEN
    ticket.fixed_at = ticket.closed_at = None
    ticket.closed_as = ""
    event_add(ticket, _("Reopened: %(reason)s") % {"reason": reason}, at=at)
